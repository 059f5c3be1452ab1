// What the tables hold. Every key starts with the tenant and cluster, since several clusters share a partition.
import type { ClosedBy, EntityRef, Incident, Membership, Severity, Signal, TopologyFacts } from '@winnow/contracts';

export type Acknowledged = NonNullable<Incident['acknowledged']>;
export type Confirmed = NonNullable<Incident['confirmed']>;

export interface IncidentRow {
  readonly id: string;
  readonly tenant: string;
  readonly cluster: string;
  readonly traceId: string;
  readonly openedAt: string;
  revision: number;
  status: 'open' | 'stale' | 'resolved';
  closedBy?: ClosedBy | undefined;
  severity: Severity;
  /** `at` of the record that last changed it. */
  updatedAt: string;
  ready: boolean;
  /** It has been ready before. */
  wasReady: boolean;
  /** How often it was ready and changed again since it was last quiet for long, and when it was ready last, milliseconds since the epoch. */
  looks?: number;
  lookedAt?: number;
  /** It has stood still, and waits until it may be looked into again. */
  settled?: boolean;
  /** When its latest member came, and since when it has been unsettled: milliseconds since the epoch. */
  lastMemberAt: number;
  unsettledSince: number;
  /** When its latest revision went out; and what has changed since: a member or state, or only counts. */
  emittedAt: number;
  changed: boolean;
  counted: boolean;
  resolvedAt?: number | undefined;
  /** The order of the next member. */
  next: number;
  acknowledged?: Acknowledged;
  confirmed?: Confirmed;
}

export interface MemberRow {
  signal: Signal;
  incident: string;
  /** The key of the entity that the signal's entity lived in when the signal was placed. */
  home: string;
  order: number;
  why: Membership;
  /** The member that explains this one. */
  cause?: string | undefined;
  /** When it resolved, milliseconds since the epoch. */
  resolvedAt?: number | undefined;
}

/** A signal of low severity that waits for an incident. */
export interface LooseRow {
  readonly signal: Signal;
  readonly home: string;
  readonly since: number;
  readonly traceId: string;
}

/** The latest change of an entity. */
export interface ChangeRow {
  readonly entity: EntityRef;
  readonly change: string;
  readonly summary: string;
  readonly at: string;
}

export interface FactsRow {
  readonly entity: EntityRef;
  readonly facts: TopologyFacts;
}

export interface DeclaredRow {
  readonly from: EntityRef;
  readonly to: EntityRef;
}

/** `tenant/cluster`. */
export function scopeOf(record: { readonly tenant: string; readonly cluster: string }): string {
  return `${record.tenant}/${record.cluster}`;
}

export function rowKey(scope: string, id: string): string {
  return `${scope}|${id}`;
}

/** The scope that a row's key starts with. */
export function scopeOfKey(key: string): string {
  return key.slice(0, key.indexOf('|'));
}
