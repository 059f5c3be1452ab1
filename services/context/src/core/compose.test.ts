import {
  type Change,
  type EventItem,
  entity,
  type Incident,
  type LogExcerpt,
  type MetricSeries,
} from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { DOSSIER_CHARACTERS, MAX_CHANGES, MAX_LOG_CHARACTERS } from './budget.ts';
import { composeDossier } from './compose.ts';
import type { Answer } from './investigation.ts';

const at = '2026-03-08T15:21:12.035Z';
const cart = entity('Deployment', 'shop', 'cart');
const incident = {
  ...{ schema: 1, id: 'inc-1', tenant: 'default', cluster: 'prod', revision: 1, status: 'open', severity: 'high' },
  ...{ openedAt: at, updatedAt: at, roots: [], ready: true, traceId: 'd'.repeat(32) },
  members: [{ signal: { entity: cart, subjects: [], symptom: 'crash-loop', firstSeen: at }, why: {} }],
} as unknown as Incident;

const answer = (kind: Answer['kind'], value: unknown): Answer => ({
  kind,
  id: kind,
  arguments: {},
  status: 'ok',
  value,
});
const compose = (...answers: readonly Answer[]) => composeDossier(incident, at, answers);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

const event = (over: Partial<EventItem>): EventItem => ({
  ...{ type: 'event', regarding: cart, reason: 'r', eventType: 'Normal', message: '', count: 1 },
  ...over,
});
const log = (lines: readonly string[], pod = 'cart-1'): LogExcerpt => ({
  ...{ namespace: 'shop', pod, container: 'c', previous: false, lines: [...lines], omitted: 3 },
});
const change = (id: string, time: string): Change => ({
  ...{ schema: 1, id, tenant: 'default', cluster: 'prod', at: time, entity: cart, kind: 'updated', summary: '' },
  ...{ diff: [], observations: [] },
});
const series = (pod: string): MetricSeries => ({ metric: { pod }, values: times(500, (index) => [index, '1']) });
const big = (name: string) => ({
  object: { kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { x: 'y'.repeat(4_000) } },
  near: 1,
});

describe('a dossier', () => {
  it('stays within its budget whatever comes in, and says what was left out', () => {
    const dossier = compose(
      answer('objects', {
        objects: times(200, (index) => big(`c${index}`)),
        edges: [],
        dependents: [],
        nodes: 0,
        leftOut: 5,
      }),
      answer(
        'events',
        times(5_000, (index) => event({ uid: `${index}`, message: 'm'.repeat(500) })),
      ),
      answer(
        'logs',
        times(30, (index) =>
          log(
            times(400, (line) => `${line} ${'l'.repeat(200)}`),
            `cart-${index}`,
          ),
        ),
      ),
      answer(
        'changes',
        times(500, (index) => change(`chg-${index}`, at)),
      ),
      answer(
        'metrics',
        times(500, () => series('cart-1')),
      ),
    );
    expect(JSON.stringify(dossier).length).toBeLessThan(DOSSIER_CHARACTERS * 1.02);
    expect(dossier.changes.length).toBe(MAX_CHANGES);
    const notes = dossier.lookups.flatMap((each) => each.message ?? []);
    expect(notes.map((note) => note.replace(/^\d+ /, ''))).toEqual(
      ['objects', 'events', 'metrics'].map((kind) => `${kind} left out: over the dossier's budget`),
    );
  });

  it('tells events oldest first, each once, and keeps only those about its objects', () => {
    const first = event({ uid: 'a', reason: 'first', firstAt: at, lastAt: at });
    const later = event({ uid: 'b', reason: 'later', lastAt: '2026-03-08T16:00:00.000Z' });
    const stranger = event({ uid: 'c', regarding: entity('Pod', 'shop', 'stranger') });
    const { events } = compose(answer('events', [later, first, stranger]), answer('events', [first]));
    expect(events.map((each) => each.reason)).toEqual(['first', 'later']);
  });

  it('tells changes newest first', () => {
    const { changes } = compose(answer('changes', [change('old', '2026-03-08T15:00:00.000Z'), change('new', at)]));
    expect(changes.map((each) => each.id)).toEqual(['new', 'old']);
  });

  it('keeps the last lines of a log, folds repeats, and counts what it left out', () => {
    const lines = [...times(300, (line) => `${line} ${'x'.repeat(200)}`), 'end', 'end'];
    const [excerpt] = compose(answer('logs', [log(lines)])).logs;
    expect(excerpt?.lines.at(-1)).toBe('end (repeated 2 times)');
    expect(excerpt?.lines.join('').length).toBeLessThan(MAX_LOG_CHARACTERS);
    expect((excerpt?.omitted ?? 0) + (excerpt?.lines.length ?? 0)).toBe(3 + 301);
  });

  it('puts failed checks first', () => {
    const check = (service: string, ok: boolean) => ({ namespace: 'shop', service, port: 80, ok, output: '' });
    const checks = { connectivity: [check('well', true), check('ill', false)], nodeServices: [] };
    expect(compose(answer('checks', checks)).checks.connectivity.map((each) => each.service)).toEqual(['ill', 'well']);
  });

  it('is a dossier even where nothing could be looked up', () => {
    const failed: Answer = { kind: 'objects', id: 'a', arguments: {}, status: 'denied', message: 'forbidden' };
    expect(compose(failed)).toMatchObject({
      ...{ objects: [], logs: [], blastRadius: { scope: 'workload', workloads: 1 } },
      lookups: [{ kind: 'objects', status: 'denied', message: 'forbidden' }],
    });
  });
});
