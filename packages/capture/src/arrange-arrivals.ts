// From lines to envelopes in one order: times that never go back, heartbeats in between, each arrival numbered.
import { type Envelope, groupByCluster, type Item, known, type Source } from '@winnow/contracts';
import { type Beat, createHeartbeats } from './heartbeats.ts';
import { createArrivals } from './number-arrivals.ts';
import type { Problems } from './problems.ts';
import type { Line } from './read-lines.ts';
import { countedSource, type LineReading } from './recording-line.ts';

/** The source instance of lines that name none. */
const INSTANCE = 'recording';
const EPOCH = '1970-01-01T00:00:00.000Z';

export interface Arranger {
  /** True where the time of this line is known, from itself or from one before it. */
  knows(reading: LineReading): boolean;
  /** The envelopes of a line, after the heartbeats before it. `hint` tells what neither it nor a line before it does. */
  arrive(reading: LineReading, line: Line, hint: LineReading): Generator<Envelope>;
  /** The heartbeats after the last line. */
  end(): Generator<Envelope>;
}

export function createArranger(tenant: string, problems: Problems): Arranger {
  const number = createArrivals();
  const heartbeats = createHeartbeats();
  const settle = createClock(problems);
  const inOrder = createOrder(problems);
  let at: string | undefined;
  let cluster: string | undefined;
  let source: Source | undefined;
  let hasOwnHeartbeats = false;

  function* beats(all: () => Iterable<Beat>): Generator<Envelope> {
    if (hasOwnHeartbeats) return;
    for (const beat of all()) {
      const items = beat.sources.map((heard): Item => ({ type: 'heartbeat', source: heard, instance: INSTANCE }));
      const head = { schema: 1 as const, tenant, cluster: beat.cluster, source: 'heartbeat' as const };
      yield* number({ ...head, instance: INSTANCE, at: beat.at, items });
    }
  }

  /** A record of a log comes as it stood there: nothing is added, divided or set right, so that it decides what it decided then. */
  function asRecorded(reading: LineReading, line: Line): Envelope[] | undefined {
    const { position } = reading;
    if (position === undefined || reading.at === undefined || !reading.cluster || !reading.source) return undefined;
    if (!inOrder(position, line)) return undefined;
    const items = reading.items(reading.at);
    problems.addUnreadable(items);
    hasOwnHeartbeats = true;
    ({ at, cluster, source } = reading);
    const head = {
      schema: 1 as const,
      tenant: reading.tenant ?? tenant,
      cluster: reading.cluster,
      source: reading.source,
    };
    const { shed, refused } = reading;
    return number({ ...head, ...whose(reading), ...known({ shed, refused }), at: reading.at, items }, line, position);
  }

  return {
    knows: (reading) => at !== undefined || reading.at !== undefined,

    *arrive(reading, line, hint) {
      const recorded = asRecorded(reading, line);
      if (recorded) {
        yield* recorded;
        return;
      }
      const time = settle(reading.at ?? at ?? hint.at ?? EPOCH, line);
      const place = reading.cluster ?? cluster ?? hint.cluster ?? 'default';
      hasOwnHeartbeats ||= reading.source === 'heartbeat';
      yield* beats(() => heartbeats.until(Date.parse(time)));
      const items = reading.items(time).flatMap(vouched);
      problems.addUnreadable(items);
      const unread = items.some((item) => item.type === 'unreadable');
      const told = unread ? countedSource(reading.source, source) : (reading.source ?? 'kubernetes.event');
      for (const group of groupByCluster(items, place)) {
        const head = { schema: 1 as const, tenant, cluster: group.cluster, source: told, at: time };
        yield* number({ ...head, ...whose(reading), items: group.items }, line);
        if (group.items.some((item) => item.type !== 'unreadable'))
          heartbeats.hear(group.cluster, told, Date.parse(time));
      }
      if (items.length === 0) heartbeats.hear(place, told, Date.parse(time));
      at = time;
      if (reading.at !== undefined) cluster = place;
      source = reading.source ?? source;
    },

    end: () => beats(() => heartbeats.trail(Date.parse(at ?? EPOCH))),
  };
}

/** Times that go back would break the order that everything rests on: they stand still instead, which is told once. */
function createClock(problems: Problems): (told: string, line: Line) => string {
  let last = '';
  let wentBack = false;
  return (told, line) => {
    if (told < last && !wentBack) {
      wentBack = true;
      problems.add({ place: `line ${line.number} at`, expected: `a time not before ${last}`, found: told });
    }
    last = told < last ? last : told;
    return last;
  };
}

const whose = ({ instance = INSTANCE, sender, originalAt, replayOf }: LineReading) => ({
  instance,
  ...known({ sender: sender || undefined, originalAt, replayOf }),
});

/**
 * Lines need not say which instance they came from: a heartbeat of a recording vouches for these too, and for whoever sent what names no
 * sender either.
 */
function vouched(item: Item): Item[] {
  if (item.type !== 'heartbeat') return [item];
  const same: Item = { ...item, instance: INSTANCE, sender: INSTANCE };
  return item.instance === '' || item.instance === INSTANCE ? [same] : [{ ...item, sender: item.instance }, same];
}

/** The positions of records grow; what does not belongs to no log, and is read as any other line. */
function createOrder(problems: Problems): (position: string, line: Line) => boolean {
  const last = new Map<string, number>();
  return (position, line) => {
    const [partition = '', offset = ''] = position.split('-');
    const before = last.get(partition) ?? -1;
    if (Number(offset) <= before) {
      const expected = `a position after ${partition}-${before}`;
      problems.add({ place: `line ${line.number} position`, expected, found: position });
      return false;
    }
    last.set(partition, Number(offset));
    return true;
  };
}
