// The read model: the latest of every incident, folded from incidents, dossiers and findings. It can be rebuilt from the log.
import { type BlastRadius, type Dossier, type Finding, type Incident, type TopicName, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import { compareTexts } from './core/order.ts';
import type { Owned } from './core/view.ts';

/** Where a record stands in the log. */
export type Position = Pick<LogRecord, 'topic' | 'partition' | 'offset'>;

/** Offsets up to which a reader has seen each topic and partition, by `i0`, `d0`, `f0`, … */
export type Seen = Readonly<Record<string, number>>;

/** What is known of one incident. */
export interface Entry {
  readonly incident: Incident;
  readonly finding?: Finding;
  /** From the latest dossier. */
  readonly blastRadius?: BlastRadius;
  /** The latest dossier itself is read where it stands: it may be large. */
  readonly dossier?: Position;
  /** The last record of each topic that changed it. */
  readonly seen: Seen;
}

export interface ReadModel {
  /** Folds a record. @returns the id of the incident that looks different now. */
  apply(record: LogRecord): string | undefined;
  get(id: string): Entry | undefined;
  /** All incidents, merged ones too, in no order that means anything. */
  entries(): Iterable<Entry>;
  /** Clusters that have been named, sorted; those of a view alone where one is given. */
  clusters(sees?: (of: Owned) => boolean): readonly string[];
  /** The latest time of any record; empty where there was none. */
  readonly asOf: string;
  readonly seen: Seen;
  /** True where it is of the bundled example. */
  readonly example: boolean;
}

export interface ReadModelOptions {
  readonly example?: boolean;
  /** Resolved and merged incidents that are kept, the latest ones (default: all). */
  readonly keepClosed?: number;
}

/** The topics that the read model is folded from. */
export const modelTopics: readonly TopicName[] = [topics.incidents.name, topics.dossiers.name, topics.findings.name];

type Parts = { -readonly [K in keyof Entry]?: Entry[K] };

export function createReadModel({
  example = false,
  keepClosed = Number.POSITIVE_INFINITY,
}: ReadModelOptions = {}): ReadModel {
  const parts = new Map<string, Parts>();
  const closed = new Set<string>();
  const clusters = new Map<string, Owned>();
  const seen: Record<string, number> = {};
  let asOf = '';

  function apply(record: LogRecord): string | undefined {
    const stream = streamOf(record, example);
    if (stream === undefined) return undefined;
    seen[stream] = record.offset;
    if (record.value === null) return forget(record);
    const change = read(record);
    if (!change) return undefined;
    const part = parts.get(change.id) ?? {};
    if (isOlder(part, change)) return undefined;
    parts.set(change.id, Object.assign(part, change.part, { seen: { ...part.seen, [stream]: record.offset } }));
    note(record.value as Owned, change.at);
    if (change.part.incident) retire(change.part.incident);
    return part.incident ? change.id : undefined;
  }

  function note({ tenant, cluster }: Owned, at: string): void {
    clusters.set(`${tenant}/${cluster}`, { tenant, cluster });
    if (at > asOf) asOf = at;
  }

  function forget({ topic, key }: LogRecord): undefined {
    if (topic === topics.incidents.name) parts.delete(key);
  }

  /** Closed incidents are kept up to a number: the one that was closed first goes first. */
  function retire({ id, status, mergedInto }: Incident): void {
    closed.delete(id);
    if (status !== 'resolved' && mergedInto === undefined) return;
    closed.add(id);
    const [oldest] = closed;
    if (closed.size <= keepClosed || oldest === undefined) return;
    closed.delete(oldest);
    parts.delete(oldest);
  }

  function get(id: string): Entry | undefined {
    const part = parts.get(id);
    return part?.incident ? (part as Entry) : undefined;
  }

  return {
    apply,
    get,
    entries: () => [...parts.values()].filter((part): part is Entry => part.incident !== undefined),
    clusters(sees = () => true) {
      const seen = [...clusters.values()].filter(sees).map(({ cluster }) => cluster);
      return [...new Set(seen)].sort(compareTexts);
    },
    get asOf() {
      return asOf;
    },
    get seen() {
      return { ...seen };
    },
    example,
  };
}

const letters: Partial<Record<TopicName, string>> = {
  [topics.incidents.name]: 'i',
  [topics.dossiers.name]: 'd',
  [topics.findings.name]: 'f',
};

/** The example has a log of its own. */
function streamOf({ topic, partition }: LogRecord, example: boolean): string | undefined {
  const letter = letters[topic];
  return letter && `${example ? 'x' : ''}${letter}${partition}`;
}

interface Change {
  readonly id: string;
  readonly at: string;
  readonly part: Pick<Parts, 'incident' | 'finding' | 'dossier' | 'blastRadius'>;
  readonly revision: number;
}

function read({ topic, partition, offset, value }: LogRecord): Change | undefined {
  if (topic === topics.incidents.name) {
    const incident = value as Incident;
    return { id: incident.id, at: incident.updatedAt, part: { incident }, revision: incident.revision };
  }
  if (topic === topics.findings.name) {
    const finding = value as Finding;
    return { id: finding.incident, at: finding.at, part: { finding }, revision: finding.revision };
  }
  const { incident, at, blastRadius } = value as Dossier;
  return {
    id: incident.id,
    at,
    part: { blastRadius, dossier: { topic, partition, offset } },
    revision: incident.revision,
  };
}

/** After a take-over the latest revisions are published once more, and a late write of the old owner may follow. */
function isOlder(part: Parts, { part: next, revision }: Change): boolean {
  if (next.incident) return (part.incident?.revision ?? 0) > revision;
  if (next.finding) return (part.finding?.revision ?? 0) > revision;
  return false;
}
