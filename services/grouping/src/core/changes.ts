// The latest change of each entity: a change shortly before trouble points at its cause.
import { entityKey, type SignalRecord } from '@winnow/contracts';
import type { Moment } from './moment.ts';
import { changeLasts } from './parameters.ts';
import { rowKey } from './rows.ts';

const most = 2000;

export function noteChange(moment: Moment, record: Extract<SignalRecord, { type: 'change' }>): void {
  const { scope, state } = moment;
  const row = { entity: record.entity, change: record.change, summary: record.summary, at: record.at };
  const key = entityKey(record.entity);
  scope.changes.set(key, row);
  state.tables.changes.set(rowKey(scope.name, key), row);
  if (scope.changes.size > most) forgetOld(moment);
}

/** Changes that count no more go; where too many still count, the oldest half. */
function forgetOld({ scope, state, now }: Moment): void {
  const oldest = [...scope.changes].sort(([a, one], [b, other]) =>
    one.at === other.at ? (a < b ? -1 : 1) : one.at < other.at ? -1 : 1,
  );
  const over = oldest.filter(([, row]) => now - Date.parse(row.at) > 2 * changeLasts);
  const gone = over.length > most / 2 ? over : oldest.slice(0, most / 2);
  for (const [key] of gone) {
    scope.changes.delete(key);
    state.tables.changes.delete(rowKey(scope.name, key));
  }
}
