// What was found to be linked becomes fleet incidents that keep their ids: new ones open, some grow, merge, dissolve or are over.
import { hash64 } from '@winnow/contracts';
import type { Link } from './link.ts';
import { compose, conclude, type Telling } from './revision.ts';
import type { FleetRow } from './rows.ts';
import { dropFleet, putFleet, type State, type Tenant } from './state.ts';

export interface Reconciling {
  readonly state: State;
  readonly tenant: Tenant;
  readonly at: string;
  /** Of the record at hand: new ids are made of it. */
  readonly position: string;
  readonly maxListed: number;
}

/** Brings the fleet incidents in line with the links. @returns the revisions that this makes. */
export function reconcile(reconciling: Reconciling, links: readonly Link[]): Telling[] {
  const { state, tenant } = reconciling;
  const before = new Map(tenant.fleets);
  const kept = matchUp(links, tenant);
  const heirs = heirsOf(links, kept, tenant);
  const goOn = new Set(kept.values());
  const out: Telling[] = [];
  for (const fleet of before.values()) {
    if (goOn.has(fleet.id)) continue;
    out.push(...end(reconciling, fleet, heirs.get(fleet.id)));
  }
  for (const link of links) {
    const id = kept.get(link);
    const known = id === undefined ? undefined : before.get(id);
    const telling = compose(reconciling, link, known ?? opened(reconciling, link));
    if (known && telling.row.said === known.said) continue;
    // What is over stays as it was told, while it is forgotten member by member.
    if (known?.status === 'resolved' && telling.row.status === 'resolved' && isFading(tenant, link, known)) continue;
    putFleet(state, tenant, telling.row);
    out.push(telling);
  }
  return out;
}

/** Some of it is forgotten, nobody joined, and nobody left who is not forgotten. */
function isFading({ incidents }: Tenant, { sharers }: Link, { members }: FleetRow): boolean {
  const there = new Set(sharers.map(({ id }) => id));
  const missing = members.filter((each) => !there.has(each));
  const hasJoined = sharers.some(({ id }) => !members.includes(id));
  return !hasJoined && missing.length > 0 && missing.every((each) => !incidents.has(each));
}

function opened({ tenant, at, position }: Reconciling, { cause, sharers }: Link): FleetRow {
  const first = sharers[0];
  const id = `flt-${hash64(`${tenant.name}|${cause}|${first?.id}|${position}`)}`;
  return { id, openedAt: first?.row.openedAt ?? at, revision: 0, status: 'open', cause, members: [], said: '' };
}

/** Which fleet incident each link goes on: the one that it has most members of, the older where two have as many. */
function matchUp(links: readonly Link[], tenant: Tenant): Map<Link, string> {
  const pairs = links.flatMap((link) =>
    [...overlapsOf(link, tenant)].map(([id, count]) => ({ link, fleet: tenant.fleets.get(id) as FleetRow, count })),
  );
  pairs.sort(
    (a, b) =>
      Number(b.fleet.cause === b.link.cause) - Number(a.fleet.cause === a.link.cause) ||
      b.count - a.count ||
      compare(a.fleet.openedAt, b.fleet.openedAt) ||
      compare(a.fleet.id, b.fleet.id) ||
      compare(a.link.cause, b.link.cause),
  );
  const kept = new Map<Link, string>();
  const taken = new Set<string>();
  for (const { link, fleet } of pairs) {
    if (kept.has(link) || taken.has(fleet.id)) continue;
    kept.set(link, fleet.id);
    taken.add(fleet.id);
  }
  return kept;
}

function overlapsOf({ sharers }: Link, tenant: Tenant): ReadonlyMap<string, number> {
  const overlaps = new Map<string, number>();
  for (const { id } of sharers) {
    const fleet = tenant.memberOf.get(id);
    if (fleet !== undefined) overlaps.set(fleet, (overlaps.get(fleet) ?? 0) + 1);
  }
  return overlaps;
}

/** Where most members of a fleet incident that does not go on have gone. */
function heirsOf(links: readonly Link[], kept: ReadonlyMap<Link, string>, tenant: Tenant): ReadonlyMap<string, string> {
  const heirs = new Map<string, { readonly id: string; readonly count: number }>();
  for (const link of links) {
    const id = kept.get(link);
    if (id === undefined) continue;
    for (const [fleet, count] of overlapsOf(link, tenant))
      if (fleet !== id && count > (heirs.get(fleet)?.count ?? 0)) heirs.set(fleet, { id, count });
  }
  return new Map([...heirs].map(([fleet, { id }]) => [fleet, id]));
}

/** It does not go on: it lives on in another, too few share its cause by now, or it was over and is forgotten. */
function end({ state, tenant, at }: Reconciling, fleet: FleetRow, heir: string | undefined): Telling[] {
  const left = fleet.members.filter((member) => tenant.incidents.has(member));
  const isKnown = left.length > 0;
  if (fleet.status === 'resolved' && heir === undefined) {
    const isToldSo = fleet.said === '' || left.length < fleet.members.length;
    if (isKnown && isToldSo) return [];
    if (!isKnown) {
      dropFleet(state, tenant, fleet.id);
      return [{ row: fleet, value: null }];
    }
  }
  const telling = conclude({ tenant, at }, fleet, heir ?? (isKnown ? 'dissolved' : 'expired'));
  // While its members are known they may turn out to be one again, and then it is this one.
  if (heir === undefined && isKnown) putFleet(state, tenant, telling.row);
  else dropFleet(state, tenant, fleet.id);
  return [telling];
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
