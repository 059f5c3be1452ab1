import { describe, expect, it } from 'vitest';
import { readOperatorAct } from './read-operator-act.ts';

const read = (payload: unknown) => readOperatorAct(payload, { at: '2026-03-08T15:00:00.000Z', place: 'line 3' });
const confirm = { act: 'confirm', incident: 'inc-1', root: { kind: 'Node', name: 'n1' }, mode: 'kubelet-unavailable' };

describe('what a person did', () => {
  it('is read with what belongs to the act', () => {
    expect(read({ act: 'close', incident: 'inc-1', actor: 'jane', comment: null, more: 1 })).toEqual({
      ...{ type: 'operator', act: 'close', incident: 'inc-1', actor: 'jane' },
    });
    expect(read({ ...confirm, root: { kind: 'Node', namespace: '', name: 'n1' } })).toEqual({
      ...{
        type: 'operator',
        act: 'confirm',
        incident: 'inc-1',
        root: { kind: 'Node', name: 'n1' },
        mode: 'kubelet-unavailable',
      },
    });
  });

  it.each([
    ['', 7],
    ['act', { act: 'delete' }],
    ['incident', { act: 'close' }],
    ['incident', { act: 'acknowledge', incident: 5 }],
    ['actor', { act: 'close', incident: 'inc-1', actor: {} }],
    ['root', { ...confirm, root: 'Node/n1' }],
    ['root.kind', { ...confirm, root: { name: 'n1' } }],
    ['root.name', { ...confirm, root: { kind: 'Node', name: '' } }],
    ['mode', { ...confirm, mode: 'bad-luck' }],
    ['mode', { ...confirm, mode: undefined }],
    ['silence.id', { act: 'silence', silence: {} }],
  ])('says that %s is wrong, and where', (field, payload) => {
    expect(read(payload)).toMatchObject({ type: 'unreadable', code: 'wrong-shape', place: `line 3 ${field}`.trim() });
  });
});
