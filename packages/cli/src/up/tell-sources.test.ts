import type { SourceState, SourceStatus } from '@winnow/contracts';
import { describe, expect, test } from 'vitest';
import { createSourceTeller } from './tell-sources.ts';

const status = (state: SourceState, details: readonly string[] = [], source = 'kubernetes.object'): SourceStatus => ({
  ...{ source, cluster: 'prod', instance: 'intake', state, details },
});

describe('given clusters that are watched', () => {
  test('when one comes, goes and comes back, then each turn is said once, with why', () => {
    const said: string[] = [];
    const tell = createSourceTeller((text) => said.push(text));
    const turns = ['syncing', 'connected', 'connected', 'blind', 'blind', 'connected'] as const;
    for (const state of turns) tell([status(state, state === 'blind' ? ['connection refused'] : [])]);
    expect(said).toEqual([
      'Cluster prod is seen.',
      'Cluster prod is not seen: whether it is well nobody knows (connection refused).',
      'Cluster prod is seen.',
    ]);
  });

  test('when other sources stand otherwise, then nothing is said of them', () => {
    const said: string[] = [];
    createSourceTeller((text) => said.push(text))([status('blind', [], 'kubernetes.event')]);
    expect(said).toEqual([]);
  });
});
