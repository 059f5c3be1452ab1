import { describe, expect, test } from 'vitest';
import { ledgerDocument } from './ledger.ts';

describe('given a committed ledger', () => {
  test('when it is printed as JSON, then received is the sum of the outcomes and pending stands beside it', () => {
    const document = ledgerDocument({
      cells: [
        { source: 'alertmanager.alerts', outcome: 'signal', reason: '', count: 3 },
        { source: 'alertmanager.alerts', outcome: 'deduplicated', reason: '', count: 40 },
        { source: 'alertmanager.alerts', outcome: 'muted', reason: 'always-firing-alert', count: 2 },
        { source: 'alertmanager.alerts', outcome: 'muted', reason: 'silence', count: 1 },
        { source: 'alertmanager.alerts', outcome: 'dead_lettered', reason: 'wrong-shape', count: 4 },
      ],
      pending: { 'audit.event': 7, heartbeat: 9 },
    });
    expect(document).toEqual({
      sources: {
        'alertmanager.alerts': {
          received: 50,
          signals: 3,
          deduplicated: 40,
          muted: 3,
          shed: 0,
          deadLettered: 4,
          pending: 0,
        },
        'audit.event': { received: 0, signals: 0, deduplicated: 0, muted: 0, shed: 0, deadLettered: 0, pending: 7 },
      },
    });
  });
});
