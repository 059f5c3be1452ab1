import type { ReportIncident } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { findIncident } from './find-incident.ts';
import type { Incidents, WholeIncident } from './incidents.ts';

function given(...ids: readonly string[]): Incidents {
  return {
    list: async () => ids.map((id) => ({ id, status: 'open', title: `title of ${id}\u001b[2J` }) as ReportIncident),
    get: async (id) => (ids.includes(id) ? ({ incident: { id } } as WholeIncident) : undefined),
  };
}
const find = async (incidents: Incidents, what: string) => (await findIncident(incidents, what)).incident.id;

describe('an incident by what a person knows of its id', () => {
  it('is found by the id, its beginning, and either without inc-', async () => {
    const incidents = given('inc-aa11', 'inc-ab22', 'inc-ab2233');
    expect(await find(incidents, 'inc-aa11')).toBe('inc-aa11');
    expect(await find(incidents, 'aa')).toBe('inc-aa11');
    expect(await find(incidents, 'inc-ab22')).toBe('inc-ab22');
    expect(await find(incidents, 'ab223')).toBe('inc-ab2233');
  });

  it('is asked for more exactly where several begin so', async () => {
    await expect(find(given('inc-aa11', 'inc-aa22'), 'aa')).rejects.toThrow(
      '2 incidents begin with aa:\n  inc-aa11  open      title of inc-aa11\n  inc-aa22  open      title of inc-aa22\nGive more of its id.',
    );
  });

  it('is answered with what is alike, else with what there is', async () => {
    const many = Array.from({ length: 7 }, (_, n) => `inc-${n}000`);
    await expect(find(given('inc-abcd', ...many), 'inc-abce')).rejects.toThrow(
      /there is no incident inc-abce. These are alike:\n {2}inc-abcd/,
    );
    await expect(find(given(...many), 'inc-zz')).rejects.toThrow(
      /There are:\n {2}inc-0000[\s\S]*and 2 more: `winnow incidents ls --all`$/,
    );
    await expect(find(given(), 'inc-zz')).rejects.toThrow('there is none at all');
  });
});
