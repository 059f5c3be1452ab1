// What is written is what is read: for every kind of item, with the parsers that live arrivals go through.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrivalLine, openRecording } from '@winnow/capture';
import { type Envelope, type Item, itemSchema, type Source, sources } from '@winnow/contracts';
import { redactJson } from '@winnow/redaction';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { intake } from '../inputs.ts';

const at = '2026-03-08T15:21:12.035Z';
const envelopeOf = (source: Source, items: readonly Item[]): Envelope => ({
  ...{ schema: 1, tenant: 'default', cluster: 'c1', source, instance: 'intake', at },
  items: [...items],
});

async function readBack(lines: readonly string[]): Promise<Envelope[]> {
  const dir = mkdtempSync(join(tmpdir(), 'winnow-recording-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'r.jsonl');
  writeFileSync(file, lines.join(''));
  const recording = await openRecording(file, { tenant: 'default', intake });
  const envelopes: Envelope[] = [];
  for await (const envelope of recording.envelopes()) envelopes.push(envelope);
  return envelopes;
}

const bodyOf = (line: string) => ('payload' in (JSON.parse(line) as object) ? 'payload' : 'items');

/** What senders send, read by the intake as it is read live. */
const sent: Readonly<Partial<Record<Source, readonly unknown[]>>> = {
  'kubernetes.event': [
    {
      metadata: { uid: 'e1', resourceVersion: '7', namespace: 'shop', creationTimestamp: '2026-03-08T15:00:00Z' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'p', uid: 'u', fieldPath: 'spec.containers{api}' },
      ...{ reason: 'BackOff', message: 'Back-off password=hunter2hunter2', type: 'Warning', count: 4 },
      ...{ firstTimestamp: '2026-03-08T15:00:00Z', lastTimestamp: '2026-03-08T15:21:00Z' },
      source: { component: 'kubelet', host: 'n1' },
    },
    { type: 'DELETED', object: { metadata: { uid: 'e2' }, involvedObject: { kind: 'Node', name: 'n1' } } },
    { metadata: {}, regarding: { kind: 'Service', apiVersion: 'serving.knative.dev/v1', name: 'k', namespace: 'a' } },
  ],
  'kubernetes.object': [
    {
      type: 'ADDED',
      object: {
        ...{
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { name: 'c', namespace: 'shop', labels: { b: '1', a: '2' } },
        },
        data: { PASSWORD: 'planted', 'app.conf': 'x'.repeat(5_000) },
      },
    },
    {
      type: 'DELETED',
      object: { kind: 'Secret', metadata: { name: 's', namespace: 'shop' }, data: { key: 'cGxhbnRlZA==' } },
    },
    { type: 'MODIFIED', object: { kind: 'Service', apiVersion: 'serving.knative.dev/v1', metadata: { name: 'k' } } },
    { type: 'MODIFIED', object: { kind: 'Rollout', apiVersion: 'argoproj.io/v1', metadata: { name: 'r' } } },
    {
      type: 'ADDED',
      object: {
        ...{ kind: 'Pod', metadata: { name: 'p', namespace: 'shop', uid: 'u', annotations: { token: 'planted' } } },
        spec: { containers: [{ name: 'api', env: [{ name: 'DB_PASSWORD', value: 'planted' }] }] },
        status: { phase: 'Running', containerStatuses: [{ name: 'api', ready: false, restartCount: 3 }] },
      },
    },
  ],
  'alertmanager.alerts': [
    [
      { labels: { alertname: 'A', z: '1', a: '2' }, annotations: { summary: 's' }, startsAt: '2026-03-08T15:00:00Z' },
      { labels: { alertname: 'B' }, endsAt: '2026-03-08T15:10:00Z', generatorURL: 'http://p/graph' },
    ],
  ],
  'alertmanager.webhook': [
    {
      version: '4',
      status: 'firing',
      alerts: [{ status: 'resolved', labels: { alertname: 'A' } }, { labels: { alertname: 'B' } }],
    },
  ],
  'pagerduty.webhook': [
    {
      event: {
        ...{ id: '01', event_type: 'incident.triggered', occurred_at: '2026-03-08T15:00:00Z' },
        data: { id: 'P1', title: 'It is slow', urgency: 'high', service: { summary: 'api' } },
      },
    },
  ],
  'audit.event': [
    {
      ...{ auditID: 'a1', stage: 'ResponseComplete', verb: 'update', user: { username: 'eve', groups: ['g'] } },
      objectRef: { resource: 'deployments', namespace: 'shop', name: 'api', apiGroup: 'apps', apiVersion: 'v1' },
      responseStatus: { code: 200 },
      stageTimestamp: '2026-03-08T15:20:00Z',
      responseObject: {
        kind: 'Deployment',
        apiVersion: 'apps/v1',
        metadata: { name: 'api', namespace: 'shop', resourceVersion: '9' },
      },
    },
    {
      auditID: 'a2',
      verb: 'create',
      user: {},
      responseStatus: { code: 403, message: 'exceeded quota', reason: 'Forbidden' },
    },
  ],
};

describe('given what senders sent', () => {
  test.each(Object.keys(sent) as Source[])(
    'when %s is recorded, then it is written as it came, and read as it was',
    async (source) => {
      const read = (payload: unknown) => intake[source as keyof typeof intake](payload, { at, place: '' });
      const groups = (sent[source] ?? []).map(read);
      const envelopes = [...groups, groups.flat()].map((items) =>
        envelopeOf(source, JSON.parse(JSON.stringify(items))),
      );
      const lines = envelopes.map((envelope, i) => arrivalLine(envelope, `0-${i}`, intake));
      expect(lines.map(bodyOf)).toEqual(lines.map(() => 'payload'));
      expect(lines.join('')).not.toContain('planted');
      const again = await readBack(lines);
      expect(again.map(({ origin: _, ...envelope }) => envelope)).toEqual(envelopes);
      expect(again.map(({ origin }) => origin?.position)).toEqual(envelopes.map((_, i) => `0-${i}`));
    },
  );

  test('when a replayed dead letter is recorded, then it is read as one', async () => {
    const replay = { originalAt: '2026-01-01T00:00:00.000Z', replayOf: 'dl-1' };
    const line = arrivalLine({ ...envelopeOf('kubernetes.event', []), ...replay }, '0-3', intake);
    expect((await readBack([line]))[0]).toMatchObject(replay);
  });

  test('when some of an arrival did not get in, or all of it, then that is read back: the ledger of a replay counts it', async () => {
    const missing = { shed: [{ reason: 'rate-budget' as const, rank: 'other' as const, count: 4 }], refused: 2 };
    const line = arrivalLine({ ...envelopeOf('kubernetes.event', []), ...missing }, '0-3', intake);
    expect((await readBack([line]))[0]).toMatchObject({ source: 'kubernetes.event', items: [], ...missing });
  });

  test('when the marks of lists and several kinds of items come together, then they are read as they were', async () => {
    const items: Item[] = [
      { type: 'list-begin', kind: 'Pod' },
      { type: 'object', change: 'ADDED', object: { kind: 'Pod', metadata: { name: 'p', namespace: 'a' } } as never },
      { type: 'list-end', kind: 'Pod', namespace: 'a' },
    ];
    const line = arrivalLine(envelopeOf('kubernetes.object', items), '0-3', intake);
    expect(bodyOf(line)).toBe('payload');
    expect((await readBack([line]))[0]?.items).toEqual(items);
  });

  test('when nothing of a source looks like it, then its items are written as they were read', async () => {
    const items: Item[] = [
      { type: 'unreadable', code: 'wrong-shape', place: '[3].labels', expected: 'an object', found: 'nothing' },
      { type: 'alert', fingerprint: '0123456789abcdef', status: 'firing', labels: { alertname: 'A' }, annotations: {} },
    ];
    const line = arrivalLine(envelopeOf('alertmanager.alerts', items), '0-3', intake);
    expect(bodyOf(line)).toBe('items');
    expect((await readBack([line]))[0]?.items).toEqual(items);
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/);
const text = fc.string({ maxLength: 30 });
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const entity = fc.record(
  { kind: fc.constantFrom('Pod', 'Deployment', 'Node', 'Rollout'), namespace: word, name: word },
  { requiredKeys: ['kind', 'name'] },
);
const labels = fc.dictionary(word, text);
const anyItem: fc.Arbitrary<Item> = fc.oneof(
  fc.record(
    {
      ...{ type: fc.constant('alert' as const), fingerprint: fc.stringMatching(/^[0-9a-f]{16}$/) },
      ...{
        status: fc.constantFrom('firing' as const, 'resolved' as const),
        labels,
        annotations: labels,
        startsAt: time,
        endsAt: time,
      },
    },
    { requiredKeys: ['type', 'fingerprint', 'status', 'labels', 'annotations'] },
  ),
  fc.record(
    {
      ...{
        type: fc.constant('event' as const),
        uid: word,
        resourceVersion: word,
        regarding: entity,
        container: word,
        reason: text,
      },
      ...{
        eventType: text,
        message: text,
        count: fc.nat(),
        firstAt: time,
        lastAt: time,
        reporter: text,
        node: word,
        deleted: fc.boolean(),
      },
    },
    { requiredKeys: ['type', 'regarding', 'reason', 'eventType', 'message', 'count'] },
  ),
  fc.record({
    ...{
      type: fc.constant('object' as const),
      change: fc.constantFrom('ADDED' as const, 'MODIFIED' as const, 'DELETED' as const),
    },
    object: fc.record({
      kind: fc.constantFrom('Pod', 'Service', 'Node'),
      metadata: fc.record({ name: word, namespace: word, labels }),
    }) as fc.Arbitrary<never>,
  }),
  fc.record({ type: fc.constantFrom('list-begin' as const, 'list-end' as const), kind: word }),
  fc.record(
    {
      ...{ type: fc.constant('audit' as const), auditID: word, stage: word, verb: word, user: text, code: fc.nat() },
      ...{ resource: word, target: entity, message: text, reason: text, at: time },
    },
    { requiredKeys: ['type', 'auditID', 'stage', 'verb', 'user'] },
  ),
  fc.record({
    type: fc.constant('dependency' as const),
    from: fc.record({ namespace: word, service: word }),
    to: fc.record({ namespace: word, service: word }),
  }),
  fc.record({ type: fc.constant('change' as const), kind: word, subject: entity, summary: text }),
  fc.record({
    type: fc.constant('operator' as const),
    act: fc.constantFrom('acknowledge' as const, 'close' as const),
    incident: word,
    comment: text,
  }),
  fc.record({ type: fc.constant('heartbeat' as const), source: word, instance: word }),
  fc.record({
    type: fc.constant('lookup' as const),
    kind: word,
    arguments: fc.constant({ a: 1 }),
    status: fc.constant('ok' as const),
    value: text,
  }),
);

describe('given any items that are free of secrets, as all of the log are', () => {
  test('when they are recorded under any source, then they are read as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...sources), fc.array(anyItem, { maxLength: 4 })), {
          minLength: 1,
          maxLength: 6,
        }),
        async (arrivals) => {
          const envelopes = arrivals.map(([source, items]) =>
            envelopeOf(
              source,
              items.map((item) => itemSchema.parse(redactJson(JSON.parse(JSON.stringify(item))))),
            ),
          );
          const again = await readBack(envelopes.map((envelope, i) => arrivalLine(envelope, `0-${i}`, intake)));
          expect(again.map(({ items }) => items)).toEqual(envelopes.map(({ items }) => items));
        },
      ),
      { numRuns: 150 },
    );
  });
});
