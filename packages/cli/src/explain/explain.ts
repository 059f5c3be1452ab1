// `winnow explain`: why something is where it is, and why something is nowhere.
import { type AlertItem, type Envelope, type Item, muteRules, type SignalRecord, topics } from '@winnow/contracts';
import type { LogRecord, Stage } from '@winnow/stream';
import { CommandFailed } from '../failure.ts';
import { harmless } from '../render/layout.ts';
import { timeOf } from '../render/words.ts';
import { describeItem } from './describe-item.ts';
import { explainIncident } from './explain-incident.ts';
import { explainSignal, signalOf } from './explain-signal.ts';
import { type Decided, decideAgain } from './outcome-of.ts';
import type { FlowRecords } from './records.ts';
import { silencesOf } from './silences-of.ts';
import type { Subject } from './subject.ts';

/** @param signals the stage that decides what an item means. */
export interface ExplainDeps {
  readonly records: FlowRecords;
  readonly signals: Stage;
}

/** Lines of plain text. @throws CommandFailed where nothing is known of it. */
export function explain(subject: Subject, deps: ExplainDeps): string[] {
  const { records } = deps;
  switch (subject.kind) {
    case 'incident':
      return explainIncident(subject.id, records) ?? unknown(`the incident ${subject.id}`);
    case 'signal':
      return explainSignal(subject.id, records) ?? unknown(`the signal ${subject.id}`);
    case 'fingerprint':
      return explainFingerprint(subject.id, deps);
    case 'line':
      return explainRecord(recordOfLine(subject.line, records), undefined, deps);
    case 'observation':
      return explainRecord(recordAt(subject.partition, subject.offset, records), subject.item, deps);
    case 'dead-letter':
      throw new CommandFailed(`\`winnow dead-letters show ${subject.id}\` explains a dead letter`);
  }
}

function unknown(what: string): never {
  throw new CommandFailed(
    `nothing is known of ${what}: it may have been forgotten by age, or belong to other data (--data, --in)`,
  );
}

function recordAt(partition: number, offset: number, records: FlowRecords): LogRecord {
  for (const record of records.oldest(topics.observations.name, partition)) {
    // In a replay of what a log held, ids are made of the positions of that log.
    const { position } = (record.value as Envelope | null)?.origin ?? {};
    if (position === undefined ? record.offset === offset : position === `${partition}-${offset}`) return record;
    if (position === undefined && record.offset > offset) break;
  }
  return unknown(`the observation ${partition}-${offset}`);
}

function recordOfLine(line: number, records: FlowRecords): LogRecord {
  for (const record of records.newest(topics.observations.name)) {
    if ((record.value as Envelope).origin?.line === line) return record;
  }
  return unknown(`line ${line}`);
}

/** The latest arrivals of an alert, and what the last one came to. */
function explainFingerprint(fingerprint: string, deps: ExplainDeps): string[] {
  for (const record of deps.records.newest(topics.observations.name)) {
    const { items } = record.value as Envelope;
    const at = items.findIndex((item) => item.type === 'alert' && item.fingerprint === fingerprint);
    if (at >= 0) return explainRecord(record, at, deps);
  }
  return unknown(`an alert with the fingerprint ${fingerprint}`);
}

function explainRecord(record: LogRecord, item: number | undefined, { records, signals }: ExplainDeps): string[] {
  const envelope = record.value as Envelope;
  const id = envelope.origin?.position ?? `${record.partition}-${record.offset}`;
  const only = item ?? (envelope.items.length === 1 ? 0 : undefined);
  const shown = only === undefined ? envelope.items : envelope.items.slice(only, only + 1);
  if (shown.length === 0) return unknown(`item ${only} of ${id}, which has ${envelope.items.length} items`);
  const place = `${id}${only === undefined ? '' : `.${only}`}`;
  const decided = decideAgain(records, signals, record, only);
  const listed = signalsThatList(place, only, records);
  const line = envelope.origin?.line ? `, line ${envelope.origin.line}` : '';
  return [
    `observation ${place} (${envelope.source}${line}), cluster ${envelope.cluster}, arrived ${timeOf(envelope.at)} UTC`,
    ...replayLines(envelope),
    ...shown.slice(0, 20).map((each) => `  ${describeItem(each)}`),
    ...(shown.length > 20 ? [`  … ${shown.length - 20} more items`] : []),
    '',
    ...outcomeLines(decided),
    ...(isSilenced(decided) ? silencesOf(records, record, shown.filter(isAlert)) : []),
    ...(listed.length > 0 ? listed : unlistedLines(decided)),
  ];
}

function replayLines({ originalAt, replayOf }: Envelope): string[] {
  if (originalAt === undefined) return [];
  return [
    `  replayed from the dead letter ${harmless(replayOf ?? 'unknown')}, which arrived first ${timeOf(originalAt)} UTC`,
  ];
}

const isAlert = (item: Item): item is AlertItem => item.type === 'alert';
const isSilenced = (decided: Decided | undefined): boolean =>
  decided?.ledger.some(({ reason }) => reason === 'silence') ?? false;

function outcomeLines(decided: Decided | undefined): string[] {
  if (!decided) return ['what it came to cannot be decided again: arrivals before it have been forgotten by age'];
  if (decided.ledger.length === 0)
    return ['it is not counted: it tells of time, dependencies, changes or acts, not of trouble'];
  return decided.ledger.map(({ outcome, reason, count }) => {
    const rule = reason in muteRules ? `: ${muteRules[reason as keyof typeof muteRules]}` : '';
    const why = reason ? ` (${reason}${rule})` : '';
    return `outcome: ${outcome.replace('_', '-')}${count > 1 ? ` × ${count}` : ''}${why}`;
  });
}

function unlistedLines(decided: Decided | undefined): string[] {
  if (!decided?.ledger.some(({ outcome }) => outcome === 'signal' || outcome === 'deduplicated')) return [];
  return [
    'no signal names it: what it told of was held and passed before it had lasted, or was seen more than twenty times',
  ];
}

/** Signals name the first and the last ten observations that they were seen in. */
function signalsThatList(place: string, item: number | undefined, records: FlowRecords): string[] {
  const listed = (id: string) => (item === undefined ? id.startsWith(`${place}.`) : id === place);
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const record of records.newest(topics.signals.name)) {
    const signal = signalOf(record.value as SignalRecord);
    if (!signal || seen.has(signal.id)) continue;
    if (!signal.observations.some(listed)) continue;
    seen.add(signal.id);
    lines.push('', ...(explainSignal(signal.id, records) ?? []));
    if (seen.size >= 5) break;
  }
  return lines;
}
