import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Envelope, kindOf } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { openCapture } from './open-capture.ts';
import { openInput } from './open-input.ts';
import { testOptions } from './test-intake.ts';

async function directoryOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'winnow-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    const data = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
    await writeFile(join(directory, name), data);
  }
  return directory;
}

const captureOf = async (files: Readonly<Record<string, unknown>>) =>
  openCapture(await directoryOf(files), testOptions);
const told = (envelopes: Iterable<Envelope>) => [...envelopes].filter(({ source }) => source !== 'heartbeat');
const itemsOf = (envelopes: Iterable<Envelope>) => told(envelopes).flatMap(({ items }) => items);
const namesOf = (envelopes: Iterable<Envelope>) =>
  itemsOf(envelopes).map((item) =>
    item.type === 'object' ? `${kindOf(item.object)} ${item.object.metadata.name}` : item.type,
  );

const object = (kind: string, name: string, more: object = {}) => ({
  kind,
  apiVersion: 'v1',
  metadata: { name, namespace: 'shop', ...more },
});
const event = (uid: string, lastTimestamp: string) => ({
  kind: 'Event',
  metadata: { uid, resourceVersion: '1' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'a-1' },
  reason: uid,
  lastTimestamp,
});
const taken = { cluster: 'prod', capturedAt: '2026-03-08T15:00:00Z' };

describe('given a directory of kubectl’s output, when it is opened', () => {
  it('then objects come by kind and name, then calls, checks, audit, alerts and events by time, all at one moment', async () => {
    const end = (service: string) => ({ namespace: 'shop', service });
    const capture = await captureOf({
      'capture.json': taken,
      'x/events.json': {
        kind: 'EventList',
        items: [event('late', '2026-03-08T14:59:00Z'), event('early', '2026-03-08T14:00:00Z')],
      },
      'pods.json': {
        kind: 'PodList',
        items: [{ metadata: { name: 'b-1', namespace: 'shop' } }, { metadata: { name: 'a-1', namespace: 'shop' } }],
      },
      'rest.yaml': 'kind: Deployment\nmetadata: {name: a, namespace: shop}\n---\nkind: Node\nmetadata: {name: n}\n',
      'widget.yml': 'kind: Widget\nmetadata: {name: w}\n',
      'dependencies.json': [
        { from: end('b'), to: end('a') },
        { from: end('a'), to: end('b') },
      ],
      'checks.json': {
        connectivity: [{ namespace: 'shop', service: 'a', port: 80, ok: false, output: 'token=hunter2' }],
      },
      'alerts.json': [{ labels: { a: 'b', cluster: 'other' }, endsAt: '2026-03-08T15:00:00Z' }],
      'audit.log':
        '{"auditID":"2","stageTimestamp":"2026-03-08T14:02:00Z"}\n{"auditID":"1","stageTimestamp":"2026-03-08T14:01:00Z"}\n',
      'notes.txt': 'not for us',
    });
    expect(capture.problems()).toEqual([]);
    expect(namesOf(capture.envelopes())).toEqual([
      'Node n',
      'Widget w',
      'Deployment a',
      'Pod a-1',
      'Pod b-1',
      'dependency',
      'dependency',
      'lookup',
      'audit',
      'audit',
      'alert',
      'event',
      'event',
    ]);
    const all = [...capture.envelopes()];
    expect(
      told(all).every(
        ({ at, cluster, instance }) =>
          at === '2026-03-08T15:00:00.000Z' && cluster === 'prod' && instance === 'capture',
      ),
    ).toBe(true);
    expect(all.map(({ origin }) => origin?.arrival)).toEqual(all.map((_, i) => i + 1));
    expect(all.filter(({ source }) => source === 'heartbeat')).toHaveLength(15);
    expect(itemsOf(all).filter(({ type }) => type === 'event' || type === 'audit' || type === 'alert')).toMatchObject([
      { auditID: '1' },
      { auditID: '2' },
      { status: 'resolved' },
      { reason: 'early' },
      { reason: 'late' },
    ]);
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });

  it('then the names of the files and the order in them change nothing', async () => {
    const pods = [
      object('Pod', 'a', { resourceVersion: '9' }),
      object('Pod', 'b'),
      object('Pod', 'a', { resourceVersion: '10', labels: { newer: 'yes' } }),
    ];
    const events = [event('1', '2026-03-08T14:00:00Z'), event('2', '2026-03-08T14:00:00Z')];
    const one = await captureOf({ 'capture.json': taken, 'a.json': { kind: 'List', items: [...pods, ...events] } });
    const other = await captureOf({
      'capture.json': taken,
      'z/z.json': { kind: 'List', items: [...events, pods[2], pods[1]] },
      'y.json.gz': gzipSync(JSON.stringify({ kind: 'List', items: [pods[0], ...events] })),
    });
    expect([...other.envelopes()]).toEqual([...one.envelopes()]);
    expect(itemsOf(one.envelopes())).toHaveLength(4);
    expect(JSON.stringify(itemsOf(one.envelopes()))).toContain('newer');
  });

  it('then what does not parse is named, told as unreadable, and the rest is read', async () => {
    const capture = await captureOf({
      'bad.json': '{"kind": "Pod", ',
      'empty.json': '',
      'values.yaml': 'replicas: 3',
      'list.json': { kind: 'List', items: [object('Pod', 'a'), { kind: 'Pod' }] },
      'alerts.json': '{',
      'audit.log': '{"auditID":"1"}\nnonsense\n',
      'metrics.json': [{ metric: {}, values: [[1, '2']] }, { metric: 5 }],
      'checks.json': [],
      'dependencies.json': [{ from: 1 }],
      'broken.json.gz': gzipSync('{"kind":"Pod"}').subarray(0, 20),
    });
    const places = capture
      .problems()
      .map(({ place }) => place)
      .sort();
    expect(places).toEqual([
      'alerts.json',
      'audit.log line 2',
      'bad.json',
      'broken.json.gz',
      'checks.json',
      'dependencies.json [0] to.service',
      'empty.json',
      'list.json items[1] metadata',
      'metrics.json [1]',
      'values.yaml kind',
    ]);
    const items = itemsOf(capture.envelopes());
    expect(items.filter(({ type }) => type === 'unreadable')).toHaveLength(places.length);
    expect(namesOf(capture.envelopes()).slice(0, 2)).toEqual(['Pod a', 'audit']);
  });

  it('then without capture.json its name is the directory’s and its time the latest of what has happened, never an expiry', async () => {
    const condition = (lastTransitionTime: string) => ({ type: 'Ready', lastTransitionTime });
    const status = {
      conditions: [condition('2026-03-08T14:10:00Z')],
      containerStatuses: [{ name: 'a', lastState: { terminated: { finishedAt: '2026-03-08T14:20:00Z' } } }],
    };
    const pod = {
      ...object('Pod', 'a', { creationTimestamp: '2026-03-08T14:00:00Z', deletionTimestamp: '2027-01-01T00:00:00Z' }),
      status,
    };
    const files = { 'pod.json': pod, 'events.json': event('1', '2026-03-08T14:15:00Z') };
    const directory = await directoryOf(files);
    expect(await openCapture(directory, testOptions)).toMatchObject({
      cluster: basename(directory),
      capturedAt: '2026-03-08T14:20:00.000Z',
    });
    const lease = { ...object('Lease', 'n'), spec: { renewTime: '2026-03-08T14:30:00.000000Z' } };
    expect((await captureOf({ ...files, 'leases.json': lease })).capturedAt).toBe('2026-03-08T14:30:00.000Z');
    const logged = await captureOf({
      ...files,
      'logs/shop/a/a.log': '2026-03-08T14:40:00Z last\n2026-03-08 22:40:00 local\n',
    });
    expect(logged.capturedAt).toBe('2026-03-08T14:40:00.000Z');
  });
});

describe('given what `kubectl cluster-info dump -A` writes, when it is opened', () => {
  const dump = {
    'nodes.json': { kind: 'NodeList', apiVersion: 'v1', metadata: {}, items: [{ metadata: { name: 'n' } }] },
    'shop/pods.json': {
      kind: 'PodList',
      apiVersion: 'v1',
      items: [{ metadata: { name: 'a-1', namespace: 'shop', creationTimestamp: null } }],
    },
    'shop/events.json': {
      kind: 'EventList',
      apiVersion: 'v1',
      items: [{ metadata: { uid: 'u' }, involvedObject: { kind: 'Pod', namespace: 'shop', name: 'a-1' } }],
    },
    'shop/daemonsets.json': { kind: 'DaemonSetList', apiVersion: 'apps/v1', items: null },
    'shop/a-1/logs.txt':
      '==== START logs for container init of pod shop/a-1 ====\nready\n==== END logs for container init of pod shop/a-1 ====\n' +
      '==== START logs for container app of pod shop/a-1 ====\none\ntwo\ntwo==== END logs for container app of pod shop/a-1 ====\n',
  };

  it('then its objects and events are read', async () => {
    const capture = await captureOf(dump);
    expect(capture.problems()).toEqual([]);
    expect(namesOf(capture.envelopes())).toEqual(['Node n', 'Pod a-1', 'event']);
  });

  it('then the logs of each container are told apart', async () => {
    const reader = (await captureOf(dump)).reader();
    const request = { namespace: 'shop', pod: 'a-1', previous: false, tailLines: 10 };
    expect(await reader.logs(request)).toEqual([
      {
        namespace: 'shop',
        pod: 'a-1',
        container: 'app',
        previous: false,
        lines: ['one', 'two (repeated 2 times)'],
        omitted: 0,
      },
      { namespace: 'shop', pod: 'a-1', container: 'init', previous: false, lines: ['ready'], omitted: 0 },
    ]);
    expect(await reader.logs({ ...request, container: 'init' })).toHaveLength(1);
    expect(await reader.logs({ ...request, previous: true })).toEqual([]);
    expect(await reader.logs({ ...request, pod: 'b-1' })).toBeUndefined();
  });
});

describe('given a path, when it is opened as input', () => {
  const arrival = {
    at: '2026-03-08T15:00:00Z',
    cluster: 'c',
    source: 'kubernetes.object',
    payload: { type: 'ADDED', object: object('Pod', 'a') },
  };
  const open = async (content: string | Buffer) =>
    openInput(join(await directoryOf({ file: content }), 'file'), testOptions);

  it.each([
    ['a recording', `${JSON.stringify(arrival)}\n`, 'recording'],
    [
      'a recording whose first line was cut',
      '{"at":"2026-03-08T15:00:00Z","cluster":"c","source":"kubernetes.ob\n{}',
      'recording',
    ],
    ['a gzipped recording', gzipSync(`\n${JSON.stringify(arrival)}`), 'recording'],
    ['objects as JSON', JSON.stringify({ kind: 'List', items: [object('Pod', 'a')] }, null, 2), 'capture'],
    ['objects as YAML', 'kind: Pod\nmetadata:\n  name: a\n', 'capture'],
    [
      'several objects as JSON',
      `${JSON.stringify(object('Pod', 'a'))}\n${JSON.stringify(object('Pod', 'b'))}`,
      'capture',
    ],
  ])('then %s is seen by its content', async (_what, content, kind) => {
    const input = await open(content);
    expect(input.kind).toBe(kind);
    if (input.kind === 'capture') expect(namesOf(input.envelopes())[0]).toBe('Pod a');
    else
      for await (const envelope of input.envelopes())
        if (envelope.origin?.arrival === 1) expect(envelope.cluster).toBe('c');
  });

  it('then what PowerShell redirected is read, and an empty text is told of', async () => {
    const wide = Buffer.from(`\ufeff${JSON.stringify(object('Pod', 'a'))}`, 'utf16le');
    const [input, empty] = [await open(wide), await open('')];
    if (input.kind !== 'capture' || empty.kind !== 'capture') throw new Error('not a capture');
    expect(namesOf(input.envelopes())).toEqual(['Pod a']);
    expect(empty.problems()).toMatchObject([{ found: 'an empty text' }]);
  });

  it('then a directory is a capture, and what is not there is named', async () => {
    expect((await openInput(await directoryOf({}), testOptions)).kind).toBe('capture');
    await expect(openInput('/nowhere/at/all', testOptions)).rejects.toThrow(/nowhere/);
  });
});
