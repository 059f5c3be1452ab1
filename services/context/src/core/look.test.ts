import { entity, type Incident } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { nextLook } from './look.ts';

const at = (minute: number) => new Date(Date.parse('2026-03-08T15:00:00.000Z') + minute * 60_000).toISOString();
const incident = (minute: number, over: Partial<Incident> = {}, signals = ['sig-a']) =>
  ({
    id: 'inc-1',
    status: 'open',
    severity: 'high',
    updatedAt: at(minute),
    members: signals.map((id) => ({ signal: { id, status: 'open', entity: entity('Deployment', 'shop', 'cart') } })),
    ...over,
  }) as unknown as Incident;

describe('given an incident that was looked at', () => {
  const first = nextLook(incident(0), undefined);

  it('when nothing but counts has changed, then it is looked at again after a minute, two, four', () => {
    const looks: number[] = [];
    let last = first;
    for (let minute = 0; minute <= 16; minute++) {
      const look = nextLook(incident(minute), last);
      if (look) looks.push(minute);
      last = look ?? last;
    }
    expect(looks).toEqual([1, 3, 7, 15]);
  });

  it('when a member joins or it gets worse, then at once', () => {
    expect(nextLook(incident(0, {}, ['sig-a', 'sig-b']), first)).toMatchObject({ looks: 1 });
    expect(nextLook(incident(0, { severity: 'critical' }), first)).toMatchObject({ looks: 1 });
  });

  it('when it has resolved, then never; but one that nobody looked at is looked at', () => {
    expect(nextLook(incident(60, { status: 'resolved' }), first)).toBeUndefined();
    expect(nextLook(incident(60, { status: 'resolved' }), undefined)).toBeDefined();
  });
});
