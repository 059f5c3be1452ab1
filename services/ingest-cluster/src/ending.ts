// How a list or a watch ended.
import { fieldsOf, textIn } from '@winnow/contracts';
import type { ApiResponse } from './api-server.ts';

export type Ending =
  | { readonly is: 'listed'; readonly version: string }
  /** The server closed the watch in good order. */
  | { readonly is: 'closed'; readonly openMs: number; readonly told: boolean }
  /** The resource version is too old, or from a future that was lost. */
  | { readonly is: 'gone' }
  /** The list's `continue` token is too old. */
  | { readonly is: 'expired' }
  | { readonly is: 'refused'; readonly detail: string }
  | { readonly is: 'absent'; readonly detail: string }
  | { readonly is: 'failed'; readonly reason: string; readonly detail: string; readonly retryAfterMs?: number }
  | { readonly is: 'stopped' };

/** Why a request was broken off from this side. */
export class Interrupted extends Error {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** An answer other than 200. Reads its body, as far as that helps. */
export async function endingOf(response: ApiResponse, what: string): Promise<Ending> {
  const { status } = response;
  const told = await statusOf(response);
  const detail = `${what}: ${told.message ?? `the API server answered ${status}`}`;
  if (status === 410) return { is: 'gone' };
  if (status === 403) return { is: 'refused', detail: `may not ${what}` };
  if (status === 404 || status === 405) return { is: 'absent', detail };
  // The version is of a future that this server does not know: another server's, or one from before a restore.
  if (told.tooLarge) return { is: 'failed', reason: 'version-too-large', detail };
  const seconds = Number(response.header('retry-after'));
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return { is: 'failed', reason: `http-${status}`, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** A request that got no answer, or whose answer broke off. */
export function endingOfError(error: unknown, what: string, stopped: boolean): Ending {
  if (stopped) return { is: 'stopped' };
  const reason = error instanceof Interrupted ? error.reason : 'connection';
  const message = error instanceof Error ? error.message : String(error);
  return { is: 'failed', reason, detail: `${what}: ${message.slice(0, 300)}` };
}

const MOST = 64 * 1024;
const decoder = new TextDecoder();

async function statusOf(response: ApiResponse): Promise<{ message?: string; tooLarge: boolean }> {
  const text = await beginningOf(response.body).catch(() => '');
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return { tooLarge: false };
  }
  const { message, details } = fieldsOf(status);
  const causes = fieldsOf(details).causes;
  const tooLarge = Array.isArray(causes) && causes.some((each) => fieldsOf(each).reason === 'ResourceVersionTooLarge');
  const said = textIn(message)?.slice(0, 300);
  return { tooLarge, ...(said !== undefined && { message: said }) };
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk);
    if (text.length >= MOST) break;
  }
  return text;
}
