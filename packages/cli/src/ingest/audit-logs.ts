// The audit logs that a process follows, where no option names them.
import { type Environment, readSettings } from '@winnow/contracts';
import { z } from 'zod';

export const auditLogsSchema = z.strictObject({
  WINNOW_AUDIT_LOGS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((each) => each.trim() !== ''))
    .meta({
      description: 'audit logs of API servers that are followed',
      takes: 'FILE, or NAME=FILE for the log of the cluster NAME, several with commas between',
    }),
});

/** As given: `FILE` or `NAME=FILE`. @throws SettingsWrong */
export const readAuditLogs = (env: Environment): readonly string[] =>
  readSettings(auditLogsSchema, env).WINNOW_AUDIT_LOGS;
