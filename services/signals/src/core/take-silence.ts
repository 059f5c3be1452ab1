// A person silences alerts: those that arrive from now on, and those that were known to fire when it was said.
import { hash64, isAmongClusters, type OperatorItem } from '@winnow/contracts';
import { silenceIn } from '@winnow/matchers';
import { hush } from './hush.ts';
import { scopeOf } from './state.ts';
import { msOf } from './time.ts';
import { openTurn, type Turn, tellDeadLetter } from './turn.ts';

/** A silence is new, changed or ended by a person. */
export function takeSilence(turn: Turn, item: OperatorItem): void {
  const silence = silenceIn(item);
  if (!silence) {
    tellUnreadable(turn);
    return;
  }
  const key = `${turn.tenant}|${silence.id}`;
  const updatedAt = msOf(silence.updatedAt) || turn.at;
  const former = turn.state.silences.get(key);
  if (former && former.updatedAt > updatedAt) return;
  const times = { startsAt: msOf(silence.startsAt), endsAt: msOf(silence.endsAt), updatedAt };
  const { matchers, clusters } = silence;
  turn.state.silences.set(key, { tenant: turn.tenant, ...(clusters && { clusters }), matchers, ...times });
  turn.state.silencing.until = 0;
  const isActive = times.startsAt <= turn.at && turn.at < times.endsAt;
  if (isActive)
    for (const { cluster, fingerprint } of item.mutes ?? [])
      if (isAmongClusters(clusters, cluster)) muteKnown(turn, cluster, fingerprint, silence.id);
}

/** Alerts that are seldom sent again would keep their incident open for hours. */
function muteKnown(turn: Turn, cluster: string, fingerprint: string, silence: string): void {
  const scope = scopeOf(turn.tenant, cluster);
  if (!turn.state.clusters.has(scope)) return;
  const head = { schema: 1 as const, tenant: turn.tenant, cluster, source: turn.source, instance: '' };
  const own = { ...openTurn(turn.state, { ...head, at: turn.atText, items: [] }, turn.item), emit: turn.emit };
  hush(own, fingerprint, silence);
  turn.state.clusters.set(scope, own.row);
}

function tellUnreadable(turn: Turn): void {
  const id = `dl-${hash64(`${turn.scope}|silence|${turn.item}`)}`;
  const expected = 'id, matchers, startsAt, endsAt, createdBy and comment';
  const letter = { place: 'silence', expected, found: 'something else', position: turn.item };
  tellDeadLetter(turn, { id, code: 'wrong-shape', ...letter });
}
