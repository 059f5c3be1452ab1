// Which silences an alert was under when it arrived, and whose they are.
import { createSilenceIndex } from '@winnow/api';
import { type AlertItem, type Envelope, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import { harmless } from '../render/layout.ts';
import type { FlowRecords } from './records.ts';

/** A line for each silence of each of these alerts, without those that several share. */
export function silencesOf(records: FlowRecords, record: LogRecord, alerts: readonly AlertItem[]): string[] {
  const index = createSilenceIndex();
  for (const earlier of records.oldest(topics.observations.name, record.partition)) {
    if (earlier.offset >= record.offset) break;
    index.apply(earlier);
  }
  const envelope = record.value as Envelope;
  const silencedBy = index.silencing(Date.parse(envelope.at));
  const ids = new Set(alerts.flatMap(({ labels }) => silencedBy(labels, envelope)));
  return [...ids].map((id) => {
    const silence = index.get(id);
    const words = [silence?.createdBy, silence?.comment].filter(Boolean).join(': ');
    return `silenced by ${id}${words && ` (${harmless(words)})`} until ${silence?.endsAt}`;
  });
}
