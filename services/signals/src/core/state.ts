// The tables of `signals`, what their rows mean, and the indexes derived from them.
import {
  type Change,
  type EntityRef,
  entityKey,
  type FieldDiff,
  type KubeObject,
  type Severity,
  type SymptomId,
} from '@winnow/contracts';
import type { PackedTable, Table, TableSpecs, Tables } from '@winnow/stream';
import { createIndex } from './index-sets.ts';
import type { SenderRow } from './senders.ts';
import { createSilencing, type SilenceRow, type Silencing } from './silencing.ts';
import { slimSlots } from './slim-slots.ts';
import { createTimers } from './timers.ts';

/** Every key starts with its cluster: `tenant/cluster`. */
export const scopeOf = (tenant: string, cluster: string): string => `${tenant}/${cluster}`;
export const objectKey = (scope: string, ref: EntityRef): string => `${scope}|${entityKey(ref)}`;

export interface ClusterRow {
  /** Its first arrival, milliseconds. */
  since: number;
  /** The latest arrival, milliseconds. */
  at: number;
  /** `at` of the last record put out for it. */
  told: number;
  /** Counts object arrivals, to find what a list no longer holds. */
  order: number;
  /** When an arrival last told that some of what was sent had not got in, milliseconds. */
  missed?: number;
}

/** One source instance: when it was heard, and for how long it was not. */
export interface HeardRow {
  at: number;
  blind: number;
  silent?: true;
}

export interface ObjectRow {
  /** Without the data of config maps and without annotations: what decisions need. */
  object: KubeObject;
  /** Hash of what matters of it. */
  facts: string;
  /** Hash of its topology facts; empty where it has none. */
  topology: string;
  /** Entity key of its top owner. */
  owner?: string;
  /** Slots that its state claims now, each with a stamp of what it looked like. */
  claims: Record<string, string>;
  /** Arrival of the version that last changed materially. */
  changed: number;
  order: number;
  /** The source instance that tells of it. */
  by: string;
  /** On that source's clock: look at it again though nothing arrived. */
  recheck?: number;
  /** `namespace/name` of Services that its configuration calls. */
  calls?: string[];
}

/** An object that is gone: its owner is remembered for an hour. */
export interface GraveRow {
  at: number;
  uid?: string;
  /** Of its end, or its last one. */
  version?: string;
  owner?: string;
}

export interface ListRow {
  /** When the first object of the kind and namespace became known. */
  first?: number;
  /** Lists that are being read, by source instance: the number of the arrival before which they began, and when. */
  begun?: Readonly<Record<string, { readonly order: number; readonly at: number; readonly restored?: true }>>;
  /** When the latest list that was read to its end began. */
  ended?: number;
}

/** One symptom of one owner. What changes with each repeat is in `beats` under the same key. */
export interface Slot {
  tenant: string;
  cluster: string;
  id: string;
  entity: string;
  symptom: SymptomId;
  reason: string;
  severity: Severity;
  sources: string[];
  messages: string[];
  /** Entity keys, at most five. */
  subjects: string[];
  attributes: Record<string, string>;
  first: string[];
  last: string[];
  why: string;
  closedBy?: 'recovered' | 'deleted' | 'timeout' | 'expired' | 'operator';
  /** How it would end if its recovery holds. */
  ending?: 'recovered' | 'deleted';
  /** Source instances that keep it alive, by kind of telling. */
  keepers: { event?: string; alert?: string; state?: string };
  /** The clocks that it settles on, that its recovery and its quiet are measured on. */
  settleOn?: string;
  quietOn?: string;
  recoverOn?: string;
  /** Objects that events complained about, with the time of the last complaint. */
  told?: Record<string, number>;
  /** It must be seen again before it counts. */
  recur?: true;
  /** The Pod whose owner is not known yet. */
  provisional?: string;
  /** The slot that it was moved or merged into. */
  movedTo?: string;
  /** It is stale because who sent its alerts is not heard; `back` once that is heard again and has yet to say whether they fire. */
  unheard?: 'silent' | 'back';
  /** The silences that ended it. */
  silencedBy?: string[];
}

export const phases = { held: 1, open: 2, stale: 3, resolved: 4, moved: 5 } as const;

/** Columns of `beats`. */
export const beat = {
  phase: 0,
  count: 1,
  firstSeen: 2,
  lastSeen: 3,
  /** Arrival of its last item. */
  lastAt: 4,
  emittedAt: 5,
  /** 1 where the count has grown since. */
  dirty: 6,
  /** Alerts of it that fire. */
  firing: 7,
  /** When the last of them ends, on its source's clock. */
  endsAt: 8,
  /** Objects whose state shows it. */
  claims: 9,
  /** When it has settled, when events have been quiet for long, when its recovery holds; 0 for never. */
  settle: 10,
  quiet: 11,
  recover: 12,
  resolvedAt: 13,
  /** The last known alert of it: the head of a list that runs through `fingerprints`. */
  headHigh: 14,
  headLow: 15,
  /** For how long its alerts stand without being sent again, milliseconds. */
  term: 16,
} as const;
export const BEAT_WIDTH = 17;

/**
 * Columns of `fingerprints`; `lastAt` is when the alert began to fire again last, negative once it was told resolved; `senders` has a bit
 * for each who has sent it since.
 */
export const print = { lastAt: 0, slotHigh: 1, slotLow: 2, nextHigh: 3, nextLow: 4, senders: 5 } as const;
const PRINT_WIDTH = 6;

/** Columns of `tellings`: the latest turn of an alert whose sender tells each once, when it arrived, and 1 where it fires since. */
export const telling = { toldAt: 0, at: 1, firing: 2 } as const;

/** Columns of `events`: what is known of an event object. */
export const seen = { count: 0, version: 1, at: 2, slotHigh: 3, slotLow: 4 } as const;

/** A call between services, and when each way of knowing it last told of it. */
export interface EdgeRow {
  readonly from: EntityRef;
  readonly to: EntityRef;
  readonly vias: Readonly<Partial<Record<'declared' | 'service-graph' | 'trace', number>>>;
  /** When it was last put out, with these figures. */
  readonly told: number;
  readonly errorRatio?: number;
  readonly latencyMs?: number;
}

export interface RecentChange {
  id: string;
  at: number;
  version?: string;
  diff: string;
  actor?: string;
  userAgent?: string;
  sourceIP?: string;
  observations: string[];
  summary: string;
  kept: readonly FieldDiff[];
}

/** A change that has been announced and has not begun. */
export type PlannedChange = Omit<Change, 'schema' | 'tenant' | 'cluster' | 'at'> & { readonly begins: number };

export const tables = {
  clusters: 'json',
  heard: 'json',
  objects: 'json',
  graves: 'json',
  lists: 'json',
  slots: 'json',
  recent: 'json',
  named: 'json',
  edges: 'json',
  planned: 'json',
  senders: 'json',
  silences: 'json',
  beats: Object.keys(beat),
  fingerprints: Object.keys(print),
  events: Object.keys(seen),
  audits: ['at', 'high', 'low'],
  lines: ['high', 'low'],
  tellings: Object.keys(telling),
} as const satisfies TableSpecs;

export interface State {
  readonly clusters: Table<ClusterRow>;
  readonly heard: Table<HeardRow>;
  readonly objects: Table<ObjectRow>;
  readonly graves: Table<GraveRow>;
  readonly lists: Table<ListRow>;
  readonly slots: Table<Slot>;
  readonly recent: Table<RecentChange[]>;
  /** Services that dependencies name: `scope|namespace/name`, with those who call them. */
  readonly named: Table<string[]>;
  /** `scope|id`. */
  readonly planned: Table<PlannedChange>;
  /** `scope|hash` of both ends. */
  readonly edges: Table<EdgeRow>;
  /** Who posts the alerts of a scope, by name. */
  readonly senders: Table<Record<string, SenderRow>>;
  /** By tenant and id. */
  readonly silences: Table<SilenceRow>;
  readonly beats: PackedTable;
  readonly fingerprints: PackedTable;
  readonly events: PackedTable;
  readonly audits: PackedTable;
  readonly lines: PackedTable;
  readonly tellings: PackedTable;
  readonly silencing: Silencing;
  readonly timers: ReturnType<typeof createTimers>;
  /** `scope|Kind` and `scope|Kind|namespace` → object keys. */
  readonly byKind: ReturnType<typeof createIndex>;
  /** `scope|namespace/service` → objects whose configuration calls it. */
  readonly callers: ReturnType<typeof createIndex>;
  /** Object key → slots whose events complained about it. */
  readonly toldOf: ReturnType<typeof createIndex>;
  /** Pod's object key → slots opened on it for want of an owner. */
  readonly provisionalOf: ReturnType<typeof createIndex>;
  /** Source instance → slots that it keeps alive. */
  readonly keptBy: ReturnType<typeof createIndex>;
  /** `scope` → its edges. */
  readonly edgesIn: ReturnType<typeof createIndex>;
  /** `scope` → its source instances. */
  readonly heardIn: ReturnType<typeof createIndex>;
  /** How many signals are open, to pace their refreshes. */
  readonly tally: { open: number };
  /** Room to read one row of `fingerprints` and of `beats` into; holds nothing from one item to the next. */
  readonly room: { readonly print: Float64Array; readonly beat: Float64Array };
  /** The latest arrival of any cluster: the clock on which rows without a cluster expire. */
  readonly partition: { at: number };
}

/** The name of that clock. */
export const PARTITION = '*';

/** Wraps loaded tables; the indexes are still empty. */
export function wrapTables(all: Tables): State {
  return {
    ...(all as unknown as Omit<State, 'timers'>),
    slots: slimSlots(all.slots as unknown as Table<string>),
    timers: createTimers(),
    silencing: createSilencing(),
    byKind: createIndex(),
    callers: createIndex(),
    toldOf: createIndex(),
    provisionalOf: createIndex(),
    keptBy: createIndex(),
    edgesIn: createIndex(),
    heardIn: createIndex(),
    tally: { open: 0 },
    room: { print: new Float64Array(PRINT_WIDTH), beat: new Float64Array(BEAT_WIDTH) },
    partition: { at: 0 },
  };
}
