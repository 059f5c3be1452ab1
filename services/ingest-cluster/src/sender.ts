// Puts items into the log: what was received is sent until it is durable, since nobody would tell of it again.
import { type Envelope, type Item, type Source, splitEnvelope } from '@winnow/contracts';
import type { Clock } from './clock.ts';
import { backOffMs } from './core.ts';
import type { Logger } from './logger.ts';

export interface SenderDeps {
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly tenant: string;
  readonly cluster: string;
  readonly instance: string;
  /** The intake's clock, RFC 3339. */
  readonly at: () => string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface Sender {
  /** Resolves to true when the items are durable, to false where it was stopped before. */
  send(source: Source, items: readonly Item[]): Promise<boolean>;
  /** Appends that failed, so far. */
  readonly failures: () => number;
}

export function createSender(deps: SenderDeps): Sender {
  const { append, tenant, cluster, instance, at, clock, log, signal } = deps;
  let failures = 0;

  async function send(source: Source, items: readonly Item[]): Promise<boolean> {
    if (items.length === 0) return true;
    const envelope: Envelope = { schema: 1, tenant, cluster, source, instance, at: at(), items: [...items] };
    const envelopes = splitEnvelope(envelope, `${source} of ${cluster}`);
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        await append(envelopes);
        return true;
      } catch (error) {
        failures++;
        if (tries === 1)
          log.warn({ err: error, cluster }, 'what a cluster tells cannot be written; it is kept and tried again');
        await clock.sleep(backOffMs(tries, clock.random(), { first: 250, most: 5_000 }), signal);
      }
    }
    return false;
  }

  return { send, failures: () => failures };
}
