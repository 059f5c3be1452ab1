// The log's form of an arrival, whichever log it is.
import { type Envelope, partitionOf, type Source, sources, topics } from '@winnow/contracts';
import type { NewRecord } from '@winnow/stream';

/** @param partitions of the log; a log of one process has one. */
export function observationRecord(envelope: Envelope, partitions = 1): NewRecord<Envelope> {
  return {
    topic: topics.observations.name,
    partition: partitionOf(envelope.tenant, envelope.cluster, partitions),
    key: envelope.cluster,
    headers: arrivalHeaders[envelope.source],
    value: envelope,
  };
}

/** One object for each source, so that a log need not write it anew for every arrival. */
const arrivalHeaders = Object.fromEntries(sources.map((source) => [source, headersOf(source)])) as Readonly<
  Record<Source, NewRecord['headers']>
>;

function headersOf(source: Source): NewRecord['headers'] {
  return Object.freeze({
    ce_specversion: '1.0',
    ce_type: 'observation',
    ce_source: source,
    'content-type': 'application/json',
  });
}
