// What an operator may set of the agent's buffer: read once, from the environment.
import { type Environment, readSettings } from '@winnow/contracts';
import { z } from 'zod';
import { MIB } from '../up/config.ts';

export const agentConfigSchema = z.strictObject({
  WINNOW_AGENT_BUFFER_MIB: z.coerce.number().min(1).default(1_024).meta({
    description:
      'how much `winnow agent` keeps on its disk while Kafka cannot be reached; when it is full senders are refused, and nothing that was taken is dropped',
  }),
});

/** @returns bytes. @throws SettingsWrong */
export function readBufferLimit(env: Environment): number {
  return readSettings(agentConfigSchema, env).WINNOW_AGENT_BUFFER_MIB * MIB;
}
