import type { Environment } from '@winnow/contracts';
import { openAccess, readAccessConfig } from '@winnow/http-auth';

/** Reads the files of credentials and certificates as a start does. @throws Error that says which is wrong and why. */
export function openAccessOf(environment: Environment): void {
  openAccess({ config: readAccessConfig(environment), onReloadFailure: () => undefined }).stop();
}
