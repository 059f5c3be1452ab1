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
    if (receivers.some(({ url }) => isHere(url, here)))
      throw new CommandFailed(
        '--notify leads to this Winnow itself: each incident would be an alert, and each alert an incident',
      );
    return { receivers, externalUrl };
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(error instanceof Error ? error.message : String(error), 2, { cause: error });
  }
}

const local = /^(localhost|127(\.\d+){3}|\[::1?\]|0\.0\.0\.0)$/;

/** Any of this machine's own names leads here where the port is the same. */
function isHere(url: string, here: string): boolean {
  const [to, own] = [new URL(url), new URL(here)];
  const port = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80');
  return (
    port(to) === port(own) && (to.hostname === own.hostname || (local.test(to.hostname) && local.test(own.hostname)))
  );
}
