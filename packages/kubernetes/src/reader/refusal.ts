// Answers that are no answer to what was looked up.
import { LookupDenied } from '@winnow/stream';
import type { ApiResponse, ApiServer } from '../api-server.ts';
import { tellStatus } from '../read-json.ts';

/** The API server answered that it cannot tell. */
export class LookupRefused extends Error {
  override readonly name = 'LookupRefused';
}

/** The error that says so: LookupDenied where this identity may not look, or is not known at all. */
export async function refusalOf(api: ApiServer, response: ApiResponse, what: string): Promise<Error> {
  const message = `cluster ${api.name}: ${what}: ${await tellStatus(response)}`;
  return response.status === 403 || response.status === 401 ? new LookupDenied(message) : new LookupRefused(message);
}
