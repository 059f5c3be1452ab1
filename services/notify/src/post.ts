// Carries a notification out: one POST. Whether it is tried again is the stage's to decide.
import type { Ask, LookupKind } from '@winnow/contracts';
import type { LookupAnswer, Lookups } from '@winnow/stream';
import type { Answer } from './core/result.ts';
import type { NotificationArguments } from './core/send.ts';
import type { NamedReceiver } from './named-receiver.ts';

export const notifyLookupKinds = ['notification'] as const satisfies readonly LookupKind[];

export function notifyLookups(receivers: readonly NamedReceiver[]): Lookups {
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  return {
    async notification(ask: Ask, signal: AbortSignal): Promise<LookupAnswer> {
      const { receiver: name, body } = ask.arguments as unknown as NotificationArguments;
      const receiver = byName.get(name);
      if (!receiver) return { status: 'denied', message: 'it is no receiver any more' };
      try {
        return { status: 'ok', value: await post(receiver, JSON.stringify(body), signal) };
      } catch (error) {
        return { status: 'failed', message: reasonOf(error) };
      }
    },
  };
}

async function post({ url, authorization }: NamedReceiver, body: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal,
    // A POST that is redirected may arrive as a GET: whoever set the URL is told instead.
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Winnow/0.1.0',
      ...(authorization && { authorization }),
    },
  });
  // What it says does not matter, but a body that is not read keeps the connection.
  await response.body?.cancel();
  const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
  return { code: response.status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

/** Retry-After: seconds, or a date. */
function secondsOf(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** The cause in a word, `ECONNREFUSED`: messages of the HTTP client may quote the URL. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? `it cannot be reached (${cause.code})` : 'the connection failed';
}
