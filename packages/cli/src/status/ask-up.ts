// Asks a running `up` how its sources stand.
import type { SourceStatus } from '@winnow/contracts';
import { CommandFailed } from '../failure.ts';
import { connectServer, detailOf } from '../server-client.ts';

export type Asked = { readonly sources: readonly SourceStatus[] } | { readonly trouble: string };

/** @param token shown as a bearer token where the port asks for credentials; $WINNOW_TOKEN where absent. */
export async function askSources(server: string, token: string | undefined): Promise<Asked> {
  try {
    const client = connectServer({ server, ...(token !== undefined && { token }) });
    const answer = await client.get('/api/v1/sources');
    if (!answer) return { trouble: `nothing listens on ${server}` };
    return answer.status === 200 && Array.isArray(answer.body)
      ? { sources: answer.body as SourceStatus[] }
      : { trouble: `${server}: ${detailOf(answer)}` };
  } catch (error) {
    if (error instanceof CommandFailed) return { trouble: error.message };
    throw error;
  }
}
