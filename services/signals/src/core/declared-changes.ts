// Changes that nobody watched: somebody tells of them, some before they begin.
import { type ChangeItem, entityKey, hash64, known } from '@winnow/contracts';
import { putChange } from './changes.ts';
import { HOUR, msOf } from './time.ts';
import { type Turn, tell } from './turn.ts';

/** What is planned for later than this is not waited for: it would be kept all the time. */
const FURTHEST = 31 * 24 * HOUR;

/** A change that nobody watched. What is planned for later is told again when it begins: only then can it be a cause. */
export function noteDeclaredChange(turn: Turn, item: ChangeItem): void {
  const { kind, subject, summary, actor, startsAt, endsAt } = item;
  const id = `chg-${hash64(`${turn.scope}|${entityKey(subject)}|${turn.item}`)}`;
  const plan = known({ actor, startsAt, endsAt });
  const change = {
    id,
    entity: subject,
    kind,
    summary: plannedSummary(item, summary),
    diff: [],
    observations: [turn.item],
    ...plan,
  };
  putChange(turn, change);
  const begins = msOf(startsAt);
  if (begins <= turn.at || begins > turn.at + FURTHEST) {
    tell(turn, { type: 'change', change: id, entity: subject, summary: change.summary });
    return;
  }
  const key = `${turn.scope}|${id}`;
  turn.state.planned.set(key, { ...change, begins });
  turn.state.timers.add(turn.scope, { due: begins, kind: 'planned', key });
}

/** What was planned begins now. */
export function beginPlanned(turn: Turn, key: string): void {
  const planned = turn.state.planned.get(key);
  if (!planned || planned.begins > turn.at) return;
  const { begins: _, ...change } = planned;
  turn.state.planned.delete(key);
  putChange(turn, change);
  tell(turn, { type: 'change', change: change.id, entity: change.entity, summary: change.summary });
}

function plannedSummary({ startsAt, endsAt }: ChangeItem, summary: string): string {
  const span = [startsAt && `from ${startsAt}`, endsAt && `until ${endsAt}`].filter((part) => part).join(' ');
  return span === '' ? summary : `${summary} (${span})`;
}
