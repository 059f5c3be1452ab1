// One ask carried out, and the record of what came of it.
import { type Ask, type LookupResult, topics } from '@winnow/contracts';
import type { LookupAnswer, Lookups } from './effects.ts';
import { LookupDenied } from './errors.ts';
import type { OpenAsk } from './lookup-index.ts';
import type { NewRecord } from './records.ts';

/** What a timer can hold; a longer one would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One look-up with its deadline. Whatever goes wrong is an answer. */
export async function carryOut(ask: Ask, lookups: Lookups, closing: AbortSignal): Promise<LookupAnswer> {
  const lookup = lookups[ask.kind];
  if (!lookup) return { status: 'failed', message: `nothing here can look up ${ask.kind}` };
  const deadline = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<LookupAnswer>();
  const timer = setTimeout(
    () => {
      resolve({ status: 'timeout', message: `no answer within ${ask.deadline} ms` });
      deadline.abort();
    },
    Math.min(ask.deadline, LONGEST_TIMER),
  );
  const cancel = () => {
    resolve({ status: 'cancelled' });
    deadline.abort();
  };
  closing.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([late, lookup(ask, deadline.signal)]);
  } catch (error) {
    const status = error instanceof LookupDenied ? 'denied' : 'failed';
    return { status, message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', cancel);
  }
}

/** The record of a result: under the ask's key and in its trace; nobody's seq, since any worker may give it. */
export function resultRecord(
  { ask, partition, traceparent }: OpenAsk,
  answer: LookupAnswer,
  at: string,
  worker: string,
) {
  const { id, tenant, cluster, incident, revision, kind } = ask;
  const { status, value, message } = answer;
  const result: LookupResult = {
    ...{ schema: 1, type: 'result', ask: id, tenant, cluster, incident, revision, kind, status, at },
    value: status === 'ok' ? value : undefined,
    ...(message !== undefined && { message }),
  };
  const record: NewRecord<LookupResult> = {
    topic: topics.lookups.name,
    partition,
    key: id,
    headers: {
      ...(traceparent && { traceparent }),
      ce_specversion: '1.0',
      ce_id: `${id}/result`,
      ce_source: `winnow/${worker}`,
      ce_type: 'lookup-result',
      'content-type': 'application/json',
    },
    value: result,
  };
  return record;
}
