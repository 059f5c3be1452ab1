// Which alerts are silenced. Alerts alone are: their labels are what a silence is about; events and objects have none.
import { type AlertItem, hash64, isAmongClusters, type Silence } from '@winnow/contracts';
import { type CompiledSilence, compileSilence } from '@winnow/matchers';
import { createPackedTable, type PackedTable } from '@winnow/stream';
import { halfAt } from './packed-keys.ts';
import type { State } from './state.ts';
import { HOUR } from './time.ts';
import type { Turn } from './turn.ts';

/** A silence as decisions need it; times in milliseconds. */
export interface SilenceRow {
  tenant: string;
  /** Patterns of the clusters that it mutes; all of the tenant where absent. */
  clusters?: Silence['clusters'];
  matchers: Silence['matchers'];
  startsAt: number;
  endsAt: number;
  updatedAt: number;
}

/** Alertmanager forgets an expired silence after so long; until then an older record of it changes nothing. */
const KEPT_SILENCES = 120 * HOUR;
/** Verdicts that are remembered; above that they are found anew. */
const MOST_VERDICTS = 1_000_000;

/** What is derived from the silences: those that are active now, and what they mean for alerts that were seen since. */
export interface Silencing {
  active: readonly (CompiledSilence & Pick<SilenceRow, 'tenant' | 'clusters'>)[];
  /** When the next one begins or ends, milliseconds; 0 where that has yet to be found out. */
  until: number;
  verdicts: PackedTable;
}

const freshVerdicts = () => createPackedTable(['silence'], { noted: false });

export const createSilencing = (): Silencing => ({ active: [], until: 0, verdicts: freshVerdicts() });

/** The id of the silence that this alert is under by the partition's time; undefined where it is under none. */
export function silenceOf(turn: Turn, alert: AlertItem): string | undefined {
  const { silencing, partition } = turn.state;
  if (partition.at >= silencing.until) look(turn.state);
  if (silencing.active.length === 0) return undefined;
  return verdictOf(turn, silencing, alert);
}

/** Finds out which are active, and until when that holds. What was found for alerts holds no longer. */
function look({ silences, silencing, partition }: State): void {
  const active: Silencing['active'][number][] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const [key, row] of silences.entries()) {
    if (partition.at - row.endsAt > KEPT_SILENCES) silences.delete(key);
    if (row.endsAt <= partition.at) continue;
    const isActive = row.startsAt <= partition.at;
    until = Math.min(until, isActive ? row.endsAt : row.startsAt);
    const id = key.slice(row.tenant.length + 1);
    if (isActive) active.push({ ...compileSilence({ id, matchers: row.matchers }), ...ownerOf(row) });
  }
  Object.assign(silencing, { active, until, verdicts: freshVerdicts() });
}

const ownerOf = ({ tenant, clusters }: SilenceRow) => ({ tenant, ...(clusters && { clusters }) });

const room = new Float64Array(1);

/** Its labels are held against the silences once, as long as these stay what they are. */
function verdictOf(turn: Turn, silencing: Silencing, { fingerprint, labels }: AlertItem): string | undefined {
  const own = fingerprint.length === 16 && halfAt(fingerprint, 0) >= 0 ? fingerprint : hash64(fingerprint);
  const high = (turn.mark[0] ^ halfAt(own, 0)) >>> 0;
  const low = (turn.mark[1] ^ halfAt(own, 8)) >>> 0;
  if (silencing.verdicts.readAt(high, low, room)) return silencing.active[room[0]! - 1]?.id;
  if (silencing.verdicts.size >= MOST_VERDICTS) silencing.verdicts = freshVerdicts();
  const found = silencing.active.findIndex((each) => isAbout(each, turn) && each.matches(labels));
  room[0] = found + 1;
  silencing.verdicts.writeAt(high, low, room);
  return silencing.active[found]?.id;
}

const isAbout = ({ tenant, clusters }: Pick<SilenceRow, 'tenant' | 'clusters'>, turn: Turn): boolean =>
  tenant === turn.tenant && isAmongClusters(clusters, turn.cluster);
