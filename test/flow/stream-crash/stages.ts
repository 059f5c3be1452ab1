// Small stages of the kind that Winnow has: one that counts and deduplicates, one that groups and asks, one that joins the answers.
import { type Ask, type Envelope, hash64, hash128, type LookupResult, topics } from '@winnow/contracts';
import { type Emission, jsonTable, type LedgerCell, nothing, packedTable, type Stage } from '@winnow/stream';

interface Open {
  readonly id: string;
  readonly trace: string;
  count: number;
  lastAt: string;
}

export interface SmallSignal {
  readonly id: string;
  readonly namespace: string;
  readonly transition: 'opened' | 'updated' | 'resolved';
  readonly count: number;
  readonly at: string;
}

const observationId = (partition: number, offset: number, item: number) => `${partition}-${offset}.${item}`;

/** Alerts to signals: the first opens one, repeats are deduplicated, each third repeat is told, a resolve ends it. */
export const countStage: Stage<unknown> = {
  name: 'count',
  version: 1,
  inputs: [topics.observations.name],
  tables: { open: 'json', seen: ['times', 'last'] },
  open: (tables) => ({ open: jsonTable<Open>(tables, 'open'), seen: packedTable(tables, 'seen') }),
  decide(state, record) {
    const { open, seen } = state as {
      open: ReturnType<typeof jsonTable<Open>>;
      seen: ReturnType<typeof packedTable>;
    };
    const { items, at, cluster, source } = record.value as Envelope;
    const emit: Emission[] = [];
    const ledger: LedgerCell[] = [];
    const outcome = (name: LedgerCell['outcome'], reason: LedgerCell['reason'] = '') =>
      ledger.push({ source, outcome: name, reason, count: 1 });

    for (const [number, item] of items.entries()) {
      if (item.type !== 'alert') continue;
      if (item.labels.alertname === 'Poison') throw new Error('this record is poison');
      const key = `${cluster}|${item.fingerprint}`;
      const [times = 0] = seen.get(item.fingerprint) ?? [];
      seen.set(item.fingerprint, [times + 1, record.offset]);
      const known = open.get(key);
      const tell = (transition: SmallSignal['transition'], { id, trace, count }: Open) => {
        const value: SmallSignal = { id, namespace: item.labels.namespace ?? '', transition, count, at };
        emit.push({ topic: topics.signals.name, key: cluster, type: 'signal', value, traceId: trace });
        outcome('signal');
      };
      if (item.status === 'resolved') {
        if (!known) {
          outcome('muted', 'resolved-unknown');
          continue;
        }
        open.delete(key);
        tell('resolved', known);
      } else if (!known) {
        const opened = observationId(record.partition, record.offset, number);
        const fresh = { id: `sig-${hash64(`${key}|${opened}`)}`, trace: hash128(opened), count: 1, lastAt: at };
        open.set(key, fresh);
        tell('opened', fresh);
      } else {
        // Changed in place, as stages may.
        known.count += 1;
        known.lastAt = at;
        open.set(key, known);
        if (known.count % 3 === 0) tell('updated', known);
        else outcome('deduplicated');
      }
    }
    return { emit, ledger };
  },
};

interface Group {
  readonly id: string;
  revision: number;
  members: string[];
}

/** Signals of a namespace make an incident; each time that it grows past one member it asks for logs. */
export const groupStage: Stage<unknown> = {
  name: 'group',
  version: 1,
  inputs: [topics.signals.name],
  tables: { groups: 'json' },
  open: (tables) => jsonTable<Group>(tables, 'groups'),
  decide(state, { key: cluster, value }) {
    const groups = state as ReturnType<typeof jsonTable<Group>>;
    const { id, namespace, transition, at } = value as SmallSignal;
    const key = `${cluster}|${namespace}`;
    const group = groups.get(key) ?? { id: `inc-${hash64(`${key}|${id}`)}`, revision: 0, members: [] };
    const before = group.members.length;
    if (transition === 'resolved') group.members = group.members.filter((member) => member !== id);
    else if (!group.members.includes(id)) group.members = [...group.members, id].sort();
    if (group.members.length === before) return nothing;
    group.revision += 1;
    if (group.members.length === 0) groups.delete(key);
    else groups.set(key, group);
    const { revision, members } = group;
    const incident = { id: group.id, revision, members, ready: members.length > before && members.length > 1 };
    const emit: Emission[] = [{ topic: topics.incidents.name, key: group.id, type: 'incident', value: incident }];
    if (incident.ready)
      emit.push({ topic: topics.lookups.name, key: '', type: 'ask', value: askFor(group, cluster, at) });
    return { emit };
  },
};

function askFor({ id, revision, members }: Group, cluster: string, at: string): Ask {
  const kind = 'logs';
  const ask = `ask-${hash64(`${id}|${revision}|${kind}`)}`;
  const head = { schema: 1, type: 'ask', id: ask, tenant: 'default', cluster, incident: id, revision, kind } as const;
  return { ...head, arguments: { members }, at, deadline: 60_000 };
}

/**
 * An incident revision and the answer to its ask make a dossier, whichever comes first. It also notes each input as it comes, so that
 * the order in which its inputs met shows in the order of what it puts out.
 */
export const joinStage: Stage<unknown> = {
  name: 'join',
  version: 1,
  inputs: [topics.incidents.name, topics.lookups.name],
  tables: { revisions: 'json', answers: 'json' },
  open: (tables) => ({ revisions: jsonTable(tables, 'revisions'), answers: jsonTable(tables, 'answers') }),
  decide(state, { topic, value }) {
    const { revisions, answers } = state as Record<'revisions' | 'answers', ReturnType<typeof jsonTable<unknown>>>;
    const isIncident = topic === topics.incidents.name;
    const name = isIncident
      ? revisionOf(value as { id: string; revision: number })
      : answeredBy(value as LookupResult | Ask);
    const table = isIncident ? revisions : answers;
    if (name === undefined || table.has(name)) return nothing;
    table.set(name, value);
    const noted: Emission = { topic: topics.findings.name, key: name, type: 'noted', value: { topic, name } };
    if (!revisions.has(name) || !answers.has(name)) return { emit: [noted] };
    const content = { incident: revisions.get(name), answer: answers.get(name) };
    return { emit: [noted, { topic: topics.dossiers.name, key: name, type: 'dossier', value: content }] };
  },
};

const revisionOf = ({ id, revision }: { id: string; revision: number }) => `${id}/${revision}`;

function answeredBy(record: LookupResult | Ask): string | undefined {
  return record.type === 'result' ? revisionOf({ id: record.incident, revision: record.revision }) : undefined;
}
