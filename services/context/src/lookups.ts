// Carries out what the stage asks. Whatever cannot be told is said to be so: `empty` is a fact, `failed` is none.
import type { Ask, Change, EventItem, LookupKind, MetricSeries } from '@winnow/contracts';
import { entityKey } from '@winnow/contracts';
import type { ClusterReader, ClusterReaders, LogRequest, Lookup, LookupAnswer, Lookups } from '@winnow/stream';
import { MAX_CHANGES, MAX_EVENTS, MAX_POINTS, MAX_SERIES } from './core/budget.ts';
import type { ObjectsArguments } from './core/surroundings.ts';
import { objectsAround } from './objects-around.ts';
import type { ClusterProjection, Projection } from './projection.ts';
import { recordedAnswer } from './recorded.ts';

export interface ContextLookups {
  readonly projection: Projection;
  /** Resolves when the projection has read what there is: answers given before would be poorer than they need be. */
  readonly caughtUp?: Promise<void>;
  /** Where logs, metrics and checks come from, and what the log did not tell. */
  readonly readers?: ClusterReaders;
  /** True where the readers know the future: captures beside a recording. Then nothing later than record time is read. */
  readonly cutOff?: boolean;
  /** How the ask was answered in the run that is played again; undefined where that is not known. */
  readonly recorded?: (ask: Ask) => LookupAnswer | undefined;
}

/** The kinds that a context worker carries out. */
export const contextLookupKinds = [
  'objects',
  'logs',
  'events',
  'metrics',
  'checks',
  'changes',
] as const satisfies readonly LookupKind[];

interface Place {
  readonly ask: Ask;
  readonly known: ClusterProjection | undefined;
  readonly reader: ClusterReader | undefined;
  /** Record time, where the reader may know what comes later. */
  readonly until: string | undefined;
}

const noReader: LookupAnswer = { status: 'failed', message: 'no reader' };

/** Look-ups over what the log told and, where there is one, the cluster's reader. */
export function contextLookups({ projection, caughtUp, readers, cutOff = false, recorded }: ContextLookups): Lookups {
  const carryOut =
    (lookup: (place: Place) => Promise<LookupAnswer>): Lookup =>
    async (ask) => {
      await caughtUp;
      const known = projection.cluster(ask.tenant, ask.cluster);
      const found = recorded?.(ask) ?? recordedAnswer(known?.recorded.values() ?? [], ask);
      if (found) return found;
      const reader = readers?.(ask.tenant, ask.cluster);
      const until = known && known.heardAt > ask.at ? known.heardAt : ask.at;
      return lookup({ ask, known, reader, until: cutOff ? until : undefined });
    };
  return {
    objects: carryOut(({ known, reader, ask, until }) =>
      objectsAround(known?.objects, reader, ask.arguments as unknown as ObjectsArguments, until),
    ),
    changes: carryOut(lookUpChanges),
    events: carryOut(lookUpEvents),
    logs: carryOut(async ({ reader, ask, until }) => {
      const request = ask.arguments as unknown as LogRequest;
      return answerOf(await reader?.logs(until === undefined ? request : { ...request, until }));
    }),
    metrics: carryOut(lookUpMetrics),
    checks: carryOut(async ({ reader, until }) => {
      const checks = await reader?.checks(until);
      return checks ? { status: 'ok', value: checks } : noReader;
    }),
  };
}

function answerOf(found: readonly unknown[] | undefined): LookupAnswer {
  if (!found) return noReader;
  return found.length > 0 ? { status: 'ok', value: found } : { status: 'empty' };
}

async function lookUpChanges({ known, ask }: Place): Promise<LookupAnswer> {
  const { entities, since } = ask.arguments as { readonly entities: readonly string[]; readonly since: string };
  const wanted = new Set(entities);
  const told = known?.changes.values() ?? [];
  const fitting = told.filter((change: Change) => change.at >= since && wanted.has(entityKey(change.entity)));
  if (fitting.length > 0 || known?.hearsChanges) return answerOf(fitting.slice(-MAX_CHANGES));
  return { status: 'failed', message: 'nobody tells of changes' };
}

async function lookUpEvents({ known, reader, ask, until }: Place): Promise<LookupAnswer> {
  const namespace = String(ask.arguments.namespace);
  const told = known?.events.get(namespace)?.values();
  if (told || known?.hearsEvents) return answerOf(latest(told ?? []));
  const found = await reader?.events(namespace, until);
  return answerOf(found && latest(found));
}

/** Warnings are kept before Normal ones, the latest before older ones. */
function latest(events: readonly EventItem[]): readonly EventItem[] {
  const rank = (event: EventItem) => `${event.eventType === 'Warning' ? 1 : 0}${event.lastAt ?? event.firstAt ?? ''}`;
  return events.toSorted((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0)).slice(0, MAX_EVENTS);
}

async function lookUpMetrics({ reader, ask, until }: Place): Promise<LookupAnswer> {
  const found = await reader?.metrics(String(ask.arguments.namespace), undefined, until);
  const bounded = found
    ?.slice(0, MAX_SERIES * 5)
    .map((series): MetricSeries => ({ ...series, values: series.values.slice(-MAX_POINTS) }));
  return answerOf(bounded?.filter((series) => series.values.length > 0));
}
