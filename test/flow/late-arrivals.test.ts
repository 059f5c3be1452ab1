// What an agent took in while it could not forward comes late, with its own times: nothing of it turns stale or times out for that.
import type { Envelope, Item, SignalRecord } from '@winnow/contracts';
import { signalsStage } from '@winnow/signals';
import { openTables } from '@winnow/stream';
import { describe, expect, it } from 'vitest';

const START = Date.parse('2026-03-08T15:00:00.000Z');
const MINUTE = 60;
const timeOf = (seconds: number) => new Date(START + seconds * 1000).toISOString();

interface Arrival extends Envelope {
  /** Seconds since the start. */
  readonly second: number;
}

function arrival(
  second: number,
  cluster: string,
  source: Envelope['source'],
  instance: string,
  items: Item[],
): Arrival {
  return { schema: 1, tenant: 'default', cluster, source, instance, at: timeOf(second), items, second };
}

const heard = ['kubernetes.event', 'kubernetes.object', 'alertmanager.alerts'];
const beat = (second: number, cluster: string, instance: string) =>
  arrival(second, cluster, 'heartbeat', instance, [
    ...heard.map((source) => ({ type: 'heartbeat' as const, source, instance })),
  ]);

/** As Prometheus sends it each minute: the end is four rounds ahead. */
const alert = (second: number, workload: string): Arrival => {
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: workload, severity: 'critical' };
  const fingerprint = workload.padEnd(16, '0').replace(/[^0-9a-f]/g, 'a');
  const item = { type: 'alert' as const, status: 'firing' as const, fingerprint, labels, annotations: {} };
  return arrival(second, 'edge', 'alertmanager.alerts', 'agent', [
    { ...item, startsAt: timeOf(0), endsAt: timeOf(second + 240) },
  ]);
};

/** The same event object, told of again and again by the kubelet. */
const event = (second: number, count: number): Arrival =>
  arrival(second, 'edge', 'kubernetes.event', 'agent', [
    {
      ...{ type: 'event', uid: 'e-1', resourceVersion: String(100 + count), eventType: 'Warning', reason: 'BackOff' },
      ...{ regarding: { kind: 'Pod', namespace: 'shop', name: 'cart-1' }, message: 'Back-off restarting container' },
      ...{ reporter: 'kubelet', count, firstAt: timeOf(0), lastAt: timeOf(second) },
    } as Item,
  ]);

const each = <T>(from: number, to: number, step: number, make: (second: number) => T): T[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => make(from + at * step));

/** What the agent's cluster tells up to a second: it is heard all the while, an alert fires, an event repeats. */
const edgeUntil = (end: number): Arrival[] =>
  bySecond([
    ...each(0, end, 5, (second) => beat(second, 'edge', 'agent')),
    ...each(1, end, MINUTE, (second) => alert(second, 'cart')),
    ...each(2, end, 5 * MINUTE, (second) => event(second, 1 + (second - 2) / (5 * MINUTE))),
  ]);

const bySecond = (arrivals: readonly Arrival[]) => [...arrivals].sort((one, other) => one.second - other.second);

/** `opened KubePodCrashLooping open`, of one cluster, in order. */
function transitionsOf(arrivals: readonly Arrival[], cluster = 'edge'): string[] {
  const stage = signalsStage();
  const set = openTables(stage.tables);
  const state = stage.open(set.tables);
  return arrivals.flatMap(({ second: _, ...value }, offset) => {
    const record = { topic: 'winnow.observations', partition: 0, offset, key: value.cluster, headers: {} } as const;
    const { emit = [] } = stage.decide(state, { ...record, value });
    return emit.flatMap(({ topic, value: told }) => {
      const body = told as SignalRecord;
      if (topic !== 'winnow.signals' || body.cluster !== cluster || body.type !== 'signal') return [];
      return [`${body.transition} ${body.signal.reason} ${body.signal.status} ${body.signal.closedBy ?? ''}`.trim()];
    });
  });
}

const notable = (transitions: readonly string[]) => transitions.filter((each) => !each.startsWith('updated'));

/** The part from `cut` to `back` comes as one batch, after what others told until `back`. */
function delayed(edge: readonly Arrival[], others: readonly Arrival[], cut: number, back: number): Arrival[] {
  const isLate = ({ second }: Arrival) => second > cut && second <= back;
  const usual = bySecond([...edge.filter((each) => !isLate(each)), ...others]);
  const at = usual.findIndex(({ second }) => second > back);
  return usual.toSpliced(at < 0 ? usual.length : at, 0, ...edge.filter(isLate));
}

describe('given an agent that could not forward for a while', () => {
  const end = 200 * MINUTE;
  const edge = edgeUntil(end);
  const undisturbed = transitionsOf(edge);

  it('when only other clusters were heard meanwhile, then what is decided is what would have been, however long it was', () => {
    const others = each(0, end, 5, (second) => beat(second, 'other', 'central'));
    expect(notable(undisturbed)).toEqual(['opened KubePodCrashLooping open', 'opened BackOff open']);
    for (const minutes of [2, 30, 180])
      expect(transitionsOf(delayed(edge, others, 5 * MINUTE, (5 + minutes) * MINUTE))).toEqual(undisturbed);
  });

  it('when others told of its cluster meanwhile, then it was stale as long as nobody heard it, and nothing is over', () => {
    const others = each(0, end, 5, (second) => beat(second, 'edge', 'central'));
    const transitions = transitionsOf(delayed(edge, others, 5 * MINUTE, 35 * MINUTE));
    const last = (reason: string) => transitions.findLast((each) => each.includes(reason));
    // Once each: what is late does not turn it back and forth.
    expect(transitions.filter((each) => each.includes('stale'))).toHaveLength(2);
    expect(transitions.filter((each) => each.startsWith('resolved'))).toEqual([]);
    expect([last('KubePodCrashLooping'), last('BackOff')]).toEqual([
      'updated KubePodCrashLooping open',
      'updated BackOff open',
    ]);
  });
});
