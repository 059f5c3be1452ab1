import type { Incident } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { deploy, deployment, type TestCluster, testCluster } from './testing/cluster.ts';

const hour = 3600;
const first = (c: TestCluster) => c.incidents()[0] as Incident;
const states = (c: TestCluster) =>
  c.incidents().map(({ status, closedBy }) => [status, closedBy ?? ''].join(' ').trim());

/** An incident of one crash loop that was closed at 20 s. */
function closed() {
  const c = testCluster();
  deploy(c, 'db');
  deploy(c, 'cart', ['db']);
  const signal = c.opens(1, deployment('db'), 'crash-loop', { severity: 'medium' });
  c.tick(12);
  const { id } = first(c);
  c.closes(20, id);
  return { c, signal, id };
}

describe('what an operator closed', () => {
  it('given its signals go on, then it stays closed at each count, for as long as they do, and nothing opens beside it', () => {
    const { c, signal } = closed();
    expect(states(c)).toEqual(['resolved operator']);
    for (let s = 30; s < 3 * hour; s += 120) c.tells(s, signal, { count: s });
    expect(states(c)).toEqual(['resolved operator']);
  });

  it('given its source goes silent and is heard again, then it stays closed', () => {
    const { c, signal } = closed();
    c.tells(100, signal, { status: 'stale' });
    c.tells(200, signal, { status: 'open' });
    expect(states(c)).toEqual(['resolved operator']);
  });

  it('given another symptom of it, then it is open again under its id', () => {
    const { c, signal, id } = closed();
    for (let s = 30; s < hour; s += 120) c.tells(s, signal, { count: s });
    c.opens(hour, deployment('db'), 'oom-killed');
    expect(states(c)).toEqual(['open']);
    expect(first(c).id).toBe(id);
  });

  it('given somebody else is harmed by it, then it is open again', () => {
    const { c, id } = closed();
    c.opens(60, deployment('cart'), 'request-errors');
    expect([states(c), first(c).id]).toEqual([['open'], id]);
  });

  it('given its signal becomes graver than it was, then it is open again', () => {
    const { c, signal } = closed();
    c.tells(60, signal, { severity: 'critical' });
    expect(states(c)).toEqual(['open']);
  });

  it('given its signal ended and is back, then it is open again, also long after the closing', () => {
    const { c, signal, id } = closed();
    for (let s = 30; s < hour; s += 120) c.tells(s, signal, { count: s });
    c.resolves(hour, signal);
    expect(states(c)).toEqual(['resolved operator']);
    c.tells(hour + 60, signal, { status: 'open' });
    expect([states(c), first(c).id]).toEqual([['open'], id]);
  });

  it('given a signal of little weight, then it joins and the incident stays closed', () => {
    const { c } = closed();
    c.opens(60, deployment('db'), 'denied', { severity: 'low' });
    expect(states(c)).toEqual(['resolved operator']);
  });

  it('given trouble that has nothing to do with it, then that is an incident of its own', () => {
    const { c } = closed();
    deploy(c, 'mail');
    c.opens(60, deployment('mail'), 'image-pull');
    expect(states(c)).toEqual(['resolved operator', 'open']);
  });

  it('given its signals are over for long, then it is forgotten, and the same trouble is a new incident', () => {
    const { c, signal } = closed();
    c.resolves(100, signal);
    c.tick(100 + 1000);
    c.opens(100 + 1100, deployment('db'), 'crash-loop');
    expect(states(c)).toEqual(['resolved operator', 'open']);
  });
});

describe('what a person says of an incident', () => {
  it('given an acknowledgement, then the incident says by whom, until it comes back', () => {
    const { c, signal, id } = closed();
    c.tells(60, signal, { severity: 'critical' });
    c.acts(70, { act: 'acknowledge', incident: id, actor: 'jane' });
    expect(first(c).acknowledged).toEqual({ at: '2026-01-01T12:01:10.000Z', by: 'jane' });
    c.closes(80, id);
    c.opens(90, deployment('db'), 'oom-killed');
    expect(first(c).acknowledged).toBeUndefined();
  });

  it('given a confirmation, also of what is over, then the incident holds it; given an unknown mode, then it does not', () => {
    const { c, id } = closed();
    c.acts(70, { act: 'confirm', incident: id, root: deployment('db'), mode: 'no-such-mode' });
    expect(first(c).confirmed).toBeUndefined();
    c.acts(80, {
      act: 'confirm',
      incident: id,
      actor: 'jane',
      root: deployment('db'),
      mode: 'memory-leak',
      comment: 'heap',
    });
    expect(first(c)).toMatchObject({
      status: 'resolved',
      confirmed: { by: 'jane', entity: deployment('db'), mode: 'memory-leak', comment: 'heap' },
    });
  });

  it('given it was merged into another, then what is done to it is done to that one', () => {
    const c = testCluster();
    deploy(c, 'db');
    for (const name of ['cart', 'search']) deploy(c, name, ['db']);
    c.opens(1, deployment('cart'), 'request-errors');
    c.opens(5, deployment('search'), 'crash-loop');
    const ids = c.incidents().map(({ id }) => id);
    c.opens(9, deployment('db'), 'oom-killed');
    expect(c.incidents().length).toBe(1);
    for (const incident of ids) c.acts(20, { act: 'acknowledge', incident, actor: incident });
    expect(first(c).acknowledged?.by).toBe(ids[1]);
    c.closes(30, ids[1] ?? '');
    expect(states(c)).toEqual(['resolved operator']);
  });

  it('given an incident that nobody knows, then nothing comes of it', () => {
    const { c } = closed();
    c.tick(60);
    const before = c.revisions.length;
    c.acts(70, { act: 'close', incident: 'inc-unknown' });
    c.acts(70, { act: 'silence' });
    expect(c.revisions.length).toBe(before);
  });
});
