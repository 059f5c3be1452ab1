import { type Dossier, entity } from '@winnow/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeterministicInvestigator, deterministicInvestigator } from './deterministic.ts';

const at = '2026-03-08T15:21:12.035Z';
const signal = {
  id: 's',
  entity: entity('Deployment', 'shop', 'cart'),
  subjects: [],
  symptom: 'image-pull',
  reason: 'ImagePullBackOff',
};
const rest = {
  severity: 'high',
  sources: [],
  messages: ['Back-off pulling image'],
  count: 1,
  firstSeen: at,
  lastSeen: at,
  attributes: {},
};
const dossier = {
  ...{
    schema: 1,
    tenant: 'default',
    cluster: 'prod',
    at,
    objects: [],
    edges: [],
    changes: [],
    events: [],
    logs: [],
    metrics: [],
  },
  checks: { connectivity: [], nodeServices: [] },
  lookups: [],
  incident: {
    ...{
      schema: 1,
      id: 'inc-1',
      revision: 4,
      status: 'open',
      severity: 'high',
      openedAt: at,
      updatedAt: at,
      roots: [],
      ready: true,
    },
    members: [
      {
        signal: { ...signal, ...rest, status: 'open', observations: [], why: '' },
        why: { rule: 'opened', score: 1, path: [] },
      },
    ],
  },
} as unknown as Dossier;

const started: DeterministicInvestigator[] = [];
const start = (threads: number) => {
  const investigator = deterministicInvestigator({ threads });
  started.push(investigator);
  return investigator;
};
afterEach(() => Promise.all(started.splice(0).map((each) => each.close())));

describe('the deterministic investigator', () => {
  it('finds in a thread what it finds without', async () => {
    const { signal: never } = new AbortController();
    const inline = await start(0).investigate(dossier, never);
    expect(inline).toMatchObject({ incident: 'inc-1', revision: 4 });
    expect(await start(1).investigate(dossier, never)).toEqual(inline);
  });

  it('investigates nothing that was cancelled before', async () => {
    await expect(start(1).investigate(dossier, AbortSignal.abort())).rejects.toThrow('cancelled');
  });
});
