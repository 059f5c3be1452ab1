// Who may use the port of `up`. Without credentials or TLS it is this machine alone.
import { type Access, openAccess, readAccessConfig } from '@winnow/http-auth';
import type { AlertIntakeConfig } from '@winnow/ingest-alerts';
import type { Logger } from '@winnow/telemetry';
import { CommandFailed } from '../failure.ts';
import { isLocal, type ListenAddress } from './listen-address.ts';

export interface AccessOf {
  readonly env: NodeJS.ProcessEnv;
  readonly address: ListenAddress;
  /** Whoever reaches the address may use it. */
  readonly insecure: boolean;
  readonly intake: AlertIntakeConfig;
  readonly logger: Logger;
}

/** @throws CommandFailed where a file cannot be read, or where others than this machine would be let in without being asked. */
export function accessOf({ env, address, insecure, intake, logger }: AccessOf): Access {
  const access = opened(() =>
    openAccess({
      config: readAccessConfig(env),
      // PagerDuty's requests are signed instead.
      open: intake.WINNOW_PAGERDUTY_SECRET ? ['/webhooks/pagerduty'] : [],
      onReloadFailure: (error) => logger.error({ err: error }, 'not read again: the former content stays in force'),
    }),
  );
  if (access.authenticates || access.https || insecure || isLocal(address)) return access;
  access.stop();
  throw new CommandFailed(
    `without credentials and TLS it listens on this machine alone, such as on 127.0.0.1:${address.port}. ` +
      `To listen on ${address.host} set WINNOW_AUTH_FILE (who may do what), WINNOW_TLS_CERT_FILE and WINNOW_TLS_KEY_FILE; ` +
      'or give --insecure-listen where your network lets nobody else in.',
  );
}

function opened(open: () => Access): Access {
  try {
    return open();
  } catch (error) {
    throw new CommandFailed(error instanceof Error ? error.message : String(error), 2, { cause: error });
  }
}
