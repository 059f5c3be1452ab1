import { describe, expect, it } from 'vitest';
import { cause, given, timeAt } from './testing/given.ts';

const statuses = (all: readonly { readonly body: { readonly status: string } }[]) => all.map(({ body }) => body.status);

describe('when an incident is told', () => {
  it('given a first finding, then it is told at once, in the words of the finding', () => {
    const g = given();
    g.incident(1);
    g.tick(10);
    expect(g.sent).toEqual([]);
    g.finding(12);
    expect(g.sent.map(({ receiver, body }) => [receiver, body.alerts[0]?.annotations.summary])).toEqual([
      ['hook', 'Deployment shop/cart: killed for memory'],
    ]);
  });

  it('given no finding, then it is told after a minute without one, and again when there is one', () => {
    const g = given();
    g.incident(1);
    g.tick(60);
    expect(g.sent).toEqual([]);
    g.tick(62);
    expect(g.sent[0]?.body.commonLabels).toMatchObject({ alertname: 'crash-loop', name: 'cart', namespace: 'shop' });
    expect(g.sent[0]?.body.commonAnnotations.description).toContain('Not explained yet');
    g.answers(62, 200);
    g.finding(63);
    g.tick(95);
    expect(g.sent[1]?.body.commonLabels.alertname).toBe('oom-killed');
  });

  it('given an incident that is over before anybody was told, then nobody is', () => {
    const g = given();
    g.incident(1);
    g.incident(8, { status: 'resolved', closedBy: 'recovered' });
    g.finding(9);
    g.tick(200);
    expect(g.sent).toEqual([]);
  });

  it('given low severity, then it waits until it is graver', () => {
    const g = given();
    g.incident(1, { severity: 'low' });
    g.finding(5);
    g.tick(100);
    expect(g.sent).toEqual([]);
    g.incident(101, { severity: 'critical' });
    expect(g.sent[0]?.body.commonLabels.severity).toBe('critical');
  });

  it('given an incident that opened before the receiver was one, then it is never told', () => {
    const g = given({ receivers: [{ name: 'hook', since: timeAt(2) }] });
    g.incident(1);
    g.finding(5);
    g.tick(100);
    g.incident(101, { status: 'resolved' });
    g.tick(200);
    expect(g.sent).toEqual([]);
  });
});

describe('what is news', () => {
  function told() {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 200);
    return g;
  }

  it('given only counts, an acknowledgement, or less severity, then nothing is told', () => {
    const g = told();
    g.incident(40);
    g.incident(50, { acknowledged: { at: timeAt(50), by: 'jane' } });
    g.incident(60, { severity: 'medium' });
    g.finding(61, { title: 'said otherwise' });
    g.tick(200);
    expect(g.sent.length).toBe(1);
  });

  it.each([
    ['it is graver', (g: ReturnType<typeof told>) => g.incident(40, { severity: 'critical' })],
    [
      'another cause',
      (g: ReturnType<typeof told>) => g.finding(40, { hypotheses: [cause('db', 'connection-pool-exhausted')] }),
    ],
    ['one more workload', (g: ReturnType<typeof told>) => g.incident(40, {}, ['cart', 'search'])],
    ['its end', (g: ReturnType<typeof told>) => g.incident(40, { status: 'resolved', closedBy: 'recovered' })],
    ['its merge', (g: ReturnType<typeof told>) => g.incident(40, { mergedInto: 'inc-0' })],
  ])('given %s, then it is told again', (_, change) => {
    const g = told();
    change(g);
    expect(g.sent.length).toBe(2);
  });

  it('given many workloads, then one more is no news and a quarter more is', () => {
    const names = Array.from({ length: 20 }, (_, n) => `app-${n}`);
    const g = given();
    g.incident(1, {}, names.slice(0, 12));
    g.finding(2);
    g.answers(2, 200);
    g.incident(40, {}, names.slice(0, 14));
    g.tick(80);
    expect(g.sent.length).toBe(1);
    g.incident(81, {}, names.slice(0, 15));
    expect(g.sent.length).toBe(2);
  });

  it('given it comes back after its end was told, then it fires again under its id', () => {
    const g = told();
    g.incident(40, { status: 'resolved', closedBy: 'recovered' });
    g.answers(40, 200);
    g.incident(100);
    expect(statuses(g.sent)).toEqual(['firing', 'resolved', 'firing']);
    expect(new Set(g.sent.map(({ body }) => body.alerts[0]?.fingerprint)).size).toBe(1);
  });

  it('given it was merged away, then its receiver is told that it is over and where it goes on', () => {
    const g = told();
    g.incident(40, { mergedInto: 'inc-0' });
    expect(g.sent[1]?.body.status).toBe('resolved');
    expect(g.sent[1]?.body.commonAnnotations.description).toContain('inc-0');
  });
});

describe('spacing', () => {
  it('given changes within 30 s, then the latest state is told once at their end, its end too', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 200);
    g.incident(10, { severity: 'critical' });
    g.incident(20, { severity: 'critical' }, ['cart', 'search']);
    g.tick(31);
    expect(g.sent.length).toBe(1);
    g.incident(31, { status: 'resolved', closedBy: 'recovered' });
    g.tick(32);
    expect(statuses(g.sent)).toEqual(['firing', 'resolved']);
    g.answers(32, 200);
    g.tick(300);
    expect(g.sent.length).toBe(2);
  });

  it('given it ends and comes back within 30 s, then nothing is told', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 200);
    g.incident(10, { status: 'resolved' });
    g.incident(20);
    g.tick(100);
    expect(g.sent.length).toBe(1);
  });
});

describe('failures', () => {
  it('given a receiver that fails, then it is tried again ever more seldom, each time with the latest state', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    const times: number[] = [];
    for (let s = 2; s < 400; s++) {
      const before = g.sent.length;
      g.tick(s);
      if (s === 2 || g.sent.length > before) {
        times.push(s);
        g.answers(s, times.length % 2 ? 503 : 'unreachable');
      }
      if (s === 200) g.incident(200, { severity: 'critical' });
    }
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(61);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(30);
    expect(gaps[0]).toBeLessThanOrEqual(2);
    expect(g.sent.at(-1)?.body.commonLabels.severity).toBe('critical');
    expect(g.state.receivers.get('hook')).toMatchObject({ delivered: 0, retried: times.length });
  });

  it('given Retry-After, then it is heeded', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 429, { retryAfter: 120 });
    for (let s = 3; s < 122; s += 5) g.tick(s);
    expect(g.sent.length).toBe(1);
    g.tick(123);
    expect(g.sent.length).toBe(2);
  });

  it('given it refuses for good, then the same is not tried again, and what changes later is', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 400);
    g.tick(100);
    expect(g.sent.length).toBe(1);
    expect(g.state.receivers.get('hook')).toMatchObject({ refused: 1, problem: 'it answered 400' });
    g.incident(101, { severity: 'critical' });
    expect(g.sent.length).toBe(2);
    g.answers(101, 200);
    expect(g.state.receivers.get('hook')?.problem).toBeUndefined();
  });

  it('given what it refused ends, then it is not told of the end of what it never took', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 400);
    g.incident(100, { status: 'resolved' });
    g.tick(200);
    expect(g.sent.length).toBe(1);
  });

  it('given one incident that it cannot take, then the others go on', () => {
    const g = given();
    g.incident(1, { severity: 'critical' });
    g.finding(2);
    for (let s = 2; s < 40; s++) {
      g.tick(s);
      if (g.sent.at(-1)?.ask.incident === 'inc-1') g.answers(s, 500);
    }
    g.incident(40, { id: 'inc-2', openedAt: timeAt(40) });
    g.finding(41, { incident: 'inc-2' });
    for (let s = 41; s < 140 && g.sent.at(-1)?.ask.incident !== 'inc-2'; s++) {
      g.tick(s);
      if (g.sent.at(-1)?.ask.incident === 'inc-1') g.answers(s, 500);
    }
    expect(g.sent.at(-1)?.ask.incident).toBe('inc-2');
  });

  it('given a receiver that takes nothing for a day, then it is given up, and what is new is tried', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 'timeout');
    g.tick(24 * 3600 + 70);
    expect(g.sent.length).toBe(1);
    expect(g.state.receivers.get('hook')).toMatchObject({ expired: 1 });
    g.incident(24 * 3600 + 80, { severity: 'critical' });
    expect(g.sent.length).toBe(2);
  });
});

describe('several receivers', () => {
  const two = { receivers: ['dead', 'hook'].map((name) => ({ name, since: timeAt(0) })) };

  it('given one that hangs, then at most four are under way to it, and the other is told of all', () => {
    const g = given(two);
    const ids = Array.from({ length: 30 }, (_, n) => `inc-${n}`);
    for (const [n, id] of ids.entries()) {
      g.incident(2 + n, { id });
      const before = g.sent.length;
      g.finding(2 + n, { incident: id });
      for (const { receiver, ask } of g.sent.slice(before)) if (receiver === 'hook') g.answers(2 + n, 200, { ask });
    }
    const sentTo = (name: string) => g.sent.filter(({ receiver }) => receiver === name).length;
    expect([sentTo('dead'), sentTo('hook')]).toEqual([4, 30]);
  });

  it('given one that fails, then it is tried with one at a time', () => {
    const g = given(two);
    for (let n = 0; n < 10; n++) {
      g.incident(2, { id: `inc-${n}` });
      g.finding(2, { incident: `inc-${n}` });
    }
    const first = g.sent.filter(({ receiver }) => receiver === 'dead');
    for (const { ask } of first) g.answers(3, 503, { ask });
    const before = g.sent.length;
    for (let s = 3; s < 60; s++) g.tick(s);
    expect(g.sent.slice(before).filter(({ receiver }) => receiver === 'dead').length).toBe(1);
  });

  it('given a new one, then it is told of what opens from now on; given one is gone, then nothing waits for it', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.restarts({
      receivers: [
        { name: 'hook', since: timeAt(50) },
        { name: 'new', since: timeAt(50) },
      ],
    });
    g.answers(51, 503);
    g.tick(55);
    g.incident(60, { id: 'inc-2', openedAt: timeAt(60) });
    g.finding(61, { incident: 'inc-2' });
    expect(g.sent.map(({ receiver, ask }) => `${receiver} ${ask.incident}`)).toEqual([
      'hook inc-1',
      'hook inc-1',
      'new inc-2',
    ]);
    g.restarts({ receivers: [] });
    g.incident(70);
    expect([...g.state.receivers.entries(), ...g.state.tellings.entries()]).toEqual([]);
  });
});

describe('memory', () => {
  it('given incidents that are over and told, then nothing of them is kept', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 200);
    g.incident(40, { status: 'resolved', closedBy: 'recovered' });
    g.answers(40, 200);
    g.tick(600);
    expect(g.state.subjects.size).toBe(1);
    g.tick(1400);
    expect([g.state.subjects.size, g.state.tellings.size]).toEqual([0, 0]);
  });
});

describe('the payload', () => {
  it('is one group with one alert, as Alertmanager’s version 4 has it', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    const { body } = g.sent[0] ?? {};
    expect(body).toMatchObject({
      version: '4',
      groupKey: '{}:{incident="inc-1"}',
      truncatedAlerts: 0,
      receiver: 'winnow',
      status: 'firing',
      groupLabels: { alertname: 'oom-killed', cluster: 'prod', incident: 'inc-1' },
      externalURL: 'https://winnow.example.com',
    });
    expect(body?.alerts).toEqual([
      {
        status: 'firing',
        labels: {
          alertname: 'oom-killed',
          severity: 'high',
          cluster: 'prod',
          namespace: 'shop',
          kind: 'Deployment',
          name: 'cart',
          incident: 'inc-1',
        },
        annotations: body?.commonAnnotations,
        startsAt: timeAt(1),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'https://winnow.example.com/api/v1/incidents/inc-1',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
    expect(body?.commonAnnotations.description).toContain('- object Pod shop/cart-1 lastState: OOMKilled');
    expect(body?.commonAnnotations.remediation).toContain('kubectl set resources deployment/cart');
  });

  it('tells the end under the labels of the beginning, with its time', () => {
    const g = given();
    g.incident(1);
    g.finding(2);
    g.answers(2, 200);
    g.incident(40, { severity: 'critical', status: 'resolved', closedBy: 'operator' });
    expect(g.sent[1]?.body.alerts[0]).toMatchObject({
      status: 'resolved',
      labels: g.sent[0]?.body.commonLabels,
      endsAt: timeAt(40),
    });
    expect(g.sent[1]?.body.commonAnnotations.description).toContain('somebody closed it');
  });
});
