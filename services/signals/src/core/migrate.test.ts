import { jsonTable, openTables } from '@winnow/stream';
import { expect, it } from 'vitest';
import { signalsStage } from '../core.ts';
import { migrations } from './migrate.ts';

it('given lists of version 1, when they are brought along, then those that were being read are begun anew, and the others known', () => {
  const { tables } = openTables(signalsStage().tables);
  const lists = jsonTable<object>(tables, 'lists');
  lists.set('default/prod|Pod|', { began: 4, ended: 3, first: 1 });
  lists.set('default/prod|Node|', { ended: 7, begun: {} });
  migrations[1]?.(tables);
  expect([...lists.entries()]).toEqual([
    ['default/prod|Node|', { ended: 7, begun: {} }],
    ['default/prod|Pod|', { ended: 3, first: 1 }],
  ]);
});
