import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAlerts } from './read-alerts.ts';
import { createPostedReader } from './read-posted.ts';

const context = { at: '2026-03-08T15:00:00.000Z', place: '' };
const options = {};

const awkward = fc.constantFrom(
  '}',
  '"',
  '\\',
  '"}',
  '},{"',
  '\\"}',
  '{',
  '',
  'ü',
  '\u2028',
  'a'.repeat(20),
  '__proto__',
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.array(awkward, { maxLength: 4 }).map((parts) => parts.join('')),
);
const texts = fc.dictionary(fc.oneof(fc.string({ maxLength: 6 }), awkward), text, { maxKeys: 4 });
const time = fc.constantFrom(
  '2026-03-08T14:00:00Z',
  '2026-03-08T16:00:00.123456789+02:00',
  '0001-01-01T00:00:00Z',
  '',
  'soon',
  '2026-03-08T14:00:00\\u005a',
);
const alert = fc
  .record(
    {
      labels: texts.map((all) => ({ alertname: 'High', ...all })),
      annotations: texts,
      startsAt: time,
      endsAt: time,
      generatorURL: fc.oneof(fc.constant('http://user:hunter22@prometheus:9090/graph?g0.expr=up'), text),
      status: fc.constant('firing'),
    },
    { requiredKeys: ['labels'] },
  )
  .chain((fields) => fc.shuffledSubarray(Object.entries(fields)).map((entries) => Object.fromEntries(entries)));

describe('given the body that Prometheus posts', () => {
  it('when it is read as a text, then it is what parsing gives, however often it was seen, or nothing', () => {
    const read = createPostedReader(options);
    fc.assert(
      fc.property(fc.array(alert, { maxLength: 4 }), (alerts) => {
        const body = JSON.stringify(alerts);
        const parsed = readAlerts(alerts, context, options);
        for (const _ of ['first', 'again']) {
          const posted = read(body, context);
          if (!posted) continue;
          expect(posted.items).toEqual(parsed);
          expect(posted.json).toBe(JSON.stringify(parsed));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('when it is of the usual form, then it is read, with what ends, braces and quotes in its texts', () => {
    const read = createPostedReader(options);
    const usual = [
      {
        annotations: { description: 'up{job="api"} > 0 & \\ "}' },
        endsAt: '2026-03-08T14:59:59Z',
        startsAt: '2026-03-08T14:00:00.5Z',
        generatorURL: 'http://prometheus:9090/graph?g0.expr=up&g0.tab=1',
        labels: { alertname: 'Down', job: 'api' },
      },
      { labels: { alertname: 'Up' } },
    ];
    const asGoWrites = JSON.stringify(usual).replaceAll('&', '\\u0026');
    const posted = read(`${asGoWrites}\n`, context);
    expect(posted?.items).toEqual(readAlerts(usual, context, options));
    expect(posted?.items[0]?.status).toBe('resolved');
  });

  it.each([
    ['[{"labels":{"alertname":"A"},"labels":{"alertname":"B"}}]', 'a field that comes twice'],
    ['[{"labels":{"alertname":"A"}},]', 'an element that is missing'],
    ['[{"labels":{"alertname":"A"}}', 'a list that does not end'],
    ['[{"labels":{"alertname":"A"},"startsAt":"soon"}]', 'a time that is none'],
    ['[{"labels":{"alertname":1}}]', 'a label that is no text'],
    ['[{"annotations":{}}]', 'no labels'],
    ['[{"labels":{"alertname":"A"},"team":"x"}]', 'a field that is not known'],
    ['[{"labels":{"alertname":"A"}}] x', 'something behind it'],
    ['{}', 'no list'],
    ['', 'nothing'],
  ])('when it holds what is unusual, then it is left to the parser: %s (%s)', (body) => {
    expect(createPostedReader(options)(body, context)).toBeUndefined();
  });
});
