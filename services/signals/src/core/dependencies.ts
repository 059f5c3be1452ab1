// Calls between services that somebody tells of. What is observed ages out where nobody observes it any more; what is declared stays.
import { type DependencyItem, type EntityRef, entity, entityKey, hash64, known } from '@winnow/contracts';
import { type EdgeRow, objectKey, type State } from './state.ts';
import { HOUR, MINUTE } from './time.ts';
import { type Turn, tell, tellDeadLetter } from './turn.ts';

/** An observed call that nobody has told of for this long is no more. */
export const KEPT_EDGES = 24 * HOUR;
/** A row is written again for nothing but the time this seldom: told every 15 s, it would be most of what is written. */
const NOTED = 10 * MINUTE;
/** Told again though nothing has changed, for readers whose log does not reach back. */
const AGAIN = HOUR;
/** Figures are told at most this often. */
const FIGURES = MINUTE;
/** More edges than any cluster has: a caller that makes up names must not fill the memory. */
const MOST = 20_000;

type Via = NonNullable<DependencyItem['via']>;
type End = DependencyItem['from'];

export function takeDependency(turn: Turn, item: DependencyItem): void {
  const { via = 'declared' } = item;
  const from = endOf(turn, item.from);
  const to = endOf(turn, item.to);
  const key = `${turn.scope}|${hash64(`${entityKey(from)}|${entityKey(to)}`)}`;
  const row = turn.state.edges.get(key);
  if (item.gone) {
    if (row) unsay(turn, key, row, [via]);
  } else if (row) hearAgain(turn, key, row, item, via);
  else if (turn.state.edgesIn.size(turn.scope) >= MOST) refuse(turn);
  else begin(turn, key, { from, to, vias: { [via]: turn.at }, told: turn.at, ...figuresOf(item) });
}

function begin(turn: Turn, key: string, row: EdgeRow): void {
  turn.state.edges.set(key, row);
  turn.state.edgesIn.add(turn.scope, key);
  if (isService(row.from) && isService(row.to)) name(turn, row, true);
  ageLater(turn.state, key, row);
  put(turn, row);
}

function hearAgain(turn: Turn, key: string, row: EdgeRow, item: DependencyItem, via: Via): void {
  const before = row.vias[via];
  const told = isNews(turn, row, item);
  if (!told && before !== undefined && turn.at - before < NOTED) return;
  const next = {
    ...row,
    ...(told && figuresOf(item)),
    vias: { ...row.vias, [via]: turn.at },
    ...(told && { told: turn.at }),
  };
  turn.state.edges.set(key, next);
  if (dueOf(row) === undefined) ageLater(turn.state, key, next);
  if (told) put(turn, next);
}

/** Figures that say something else than those told last; or it was told long ago. */
function isNews(turn: Turn, row: EdgeRow, { errorRatio, latencyMs }: DependencyItem): boolean {
  if (turn.at - row.told >= AGAIN) return true;
  if (turn.at - row.told < FIGURES) return false;
  const failsOtherwise = errorRatio !== undefined && Math.abs(errorRatio - (row.errorRatio ?? 0)) >= 0.1;
  const [one = 0, other = 0] = [latencyMs, row.latencyMs];
  return failsOtherwise || (latencyMs !== undefined && Math.max(one, other) >= 2 * Math.min(one, other));
}

const figuresOf = ({ errorRatio, latencyMs }: DependencyItem) => known({ errorRatio, latencyMs });

/** Takes back what was known by some ways; where no way is left the call is no more. */
function unsay(turn: Turn, key: string, row: EdgeRow, ways: readonly Via[]): void {
  const vias = Object.fromEntries(Object.entries(row.vias).filter(([via]) => !ways.some((each) => each === via)));
  if (Object.keys(vias).length > 0) {
    turn.state.edges.set(key, { ...row, vias });
    return;
  }
  turn.state.edges.delete(key);
  turn.state.edgesIn.remove(turn.scope, key);
  if (isService(row.from) && isService(row.to)) name(turn, row, false);
  tell(turn, { type: 'dependency', from: row.from, to: row.to, gone: true });
}

function put(turn: Turn, { from, to, errorRatio, latencyMs }: EdgeRow): void {
  tell(turn, { type: 'dependency', from, to, ...known({ errorRatio, latencyMs }) });
}

/** When the first of the ways by which it is observed has been silent for too long; undefined for what is only declared. */
function dueOf({ vias }: EdgeRow): number | undefined {
  const observed = Object.entries(vias).flatMap(([via, at]) => (via === 'declared' ? [] : [at + KEPT_EDGES]));
  return observed.length > 0 ? Math.min(...observed) : undefined;
}

/** Arranges that the edge is looked at when it may have aged. Also called for each row at load. */
export function ageLater(state: State, key: string, row: EdgeRow): void {
  const due = dueOf(row);
  if (due !== undefined) state.timers.add(key.slice(0, key.indexOf('|')), { due, kind: 'edge', key });
}

export function ageEdge(turn: Turn, key: string): void {
  const row = turn.state.edges.get(key);
  if (!row) return;
  const old = Object.entries(row.vias).flatMap(([via, at]) =>
    via !== 'declared' && turn.at - at >= KEPT_EDGES ? [via as Via] : [],
  );
  if (old.length > 0) unsay(turn, key, row, old);
  const left = turn.state.edges.get(key);
  if (left) ageLater(turn.state, key, left);
}

const isService = ({ kind }: EntityRef): boolean => kind === 'Service';

/** Keeps who names a Service: one that somebody calls is missed where it is not there. */
function name(turn: Turn, { from, to }: EdgeRow, said: boolean): void {
  const key = `${turn.scope}|${to.namespace ?? ''}/${to.name}`;
  const caller = `${from.namespace ?? ''}/${from.name}`;
  const others = (turn.state.named.get(key) ?? []).filter((each) => each !== caller);
  const callers = said ? [...others, caller].sort() : others;
  if (callers.length > 0) turn.state.named.set(key, callers);
  else turn.state.named.delete(key);
}

/** A Service of its namespace; a host where it is none's name: `api.example.com`, an address. */
function endOf(turn: Turn, { namespace, service }: End): EntityRef {
  if (namespace !== '' || !/[.:]/.test(service)) return entity('Service', namespace, service);
  const [nearest = '', above = ''] = service.split('.').reverse();
  const inCluster = entity('Service', nearest, above);
  return turn.state.objects.has(objectKey(turn.scope, inCluster))
    ? inCluster
    : { kind: 'Host', name: service.toLowerCase() };
}

function refuse(turn: Turn): void {
  const place = 'dependencies of the cluster';
  if (turn.emit.some(({ type, value }) => type === 'dead-letter' && (value as { place?: string }).place === place))
    return;
  const [expected, found] = [`at most ${MOST} edges`, 'more; this one and others of the arrival are left out'];
  const id = `dl-${hash64(`${turn.scope}|${place}|too-large|${turn.item}`)}`;
  tellDeadLetter(turn, { id, code: 'too-large', position: turn.item, place, expected, found });
}
