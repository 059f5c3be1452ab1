// Who `up` tells of incidents: `--notify`, and the settings of the environment.
import { readNotifyConfig, type StartNotify } from '@winnow/notify';
import { CommandFailed } from '../failure.ts';

/** @param here where it listens: notifications link there unless WINNOW_EXTERNAL_URL says where people reach it. @throws CommandFailed */
export function whoIsTold(
  urls: readonly string[],
  env: NodeJS.ProcessEnv,
  here: string,
): Pick<StartNotify, 'receivers' | 'externalUrl'> {
  try {
    const { receivers, externalUrl = here } = readNotifyConfig(urls, env);
    return { receivers, externalUrl };
  } catch (error) {
    throw new CommandFailed(error instanceof Error ? error.message : String(error), 2, { cause: error });
  }
}
