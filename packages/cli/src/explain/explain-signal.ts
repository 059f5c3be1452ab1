import { type Incident, type Signal, type SignalRecord, symptoms, topics } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';
import { nameOf, timeOf } from '../render/words.ts';
import { memberLine } from './explain-incident.ts';
import type { FlowRecords } from './records.ts';

export function signalOf(record: SignalRecord): Signal | undefined {
  return record.type === 'signal' ? record.signal : undefined;
}

/** What it is, which rule made it, what it was seen in, and which incident it belongs to; undefined where nothing is known of it. */
export function explainSignal(id: string, records: FlowRecords): string[] | undefined {
  const signal = latestSignal(id, records);
  if (!signal) return undefined;
  return [
    `signal ${id}: ${nameOf(signal.entity)}: ${harmless(signal.reason)} (${symptoms[signal.symptom].title}, ${signal.severity})`,
    `  why it is a signal: ${harmless(signal.why)}`,
    `  ${signal.status}${signal.closedBy ? ` (${signal.closedBy})` : ''}, seen ${signal.count}×, ${timeOf(signal.firstSeen)} to ${timeOf(signal.lastSeen)} UTC`,
    `  told by ${signal.sources.join(', ')} in ${signal.observations.join(', ')}`,
    ...signal.messages.map((message) => `  “${harmless(message)}”`),
    ...(signal.mergedInto ? [`  it was found to be the same as ${signal.mergedInto}`] : []),
    ...membership(id, records),
  ];
}

function latestSignal(id: string, records: FlowRecords): Signal | undefined {
  for (const record of records.newest(topics.signals.name)) {
    const signal = signalOf(record.value as SignalRecord);
    if (signal?.id === id) return signal;
  }
  return undefined;
}

function membership(id: string, records: FlowRecords): string[] {
  for (const record of records.newest(topics.incidents.name)) {
    const incident = record.value as Incident;
    const member = incident.mergedInto ? undefined : incident.members.find((each) => each.signal.id === id);
    if (member) return [`  it belongs to incident ${incident.id}: ${memberLine(member)}`];
  }
  return ['  it belongs to no incident: alone it is not worth one, or it has not settled'];
}
