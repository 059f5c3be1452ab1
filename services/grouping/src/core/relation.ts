// A relation between a signal and one that is known: which rule, who harms whom, how sure.

import type { Signal } from '@winnow/contracts';
import { entityKey } from '@winnow/contracts';
import type { GraphEdge } from '@winnow/topology';
import { explained, type Lag, overFor, passing, quietGap, type Rule, type RuleName, rules } from './parameters.ts';
import { isOfRequests } from './symptom-traits.ts';
import { timeOf } from './times.ts';

/** What the new signal is to the known one: harmed by it, its cause, or neither. */
export type Role = 'victim' | 'cause' | 'peer';

/** A signal that has a place: a member of an incident, or a loose one. */
export interface Placed {
  readonly signal: Signal;
  readonly home: string;
  readonly incident?: string | undefined;
  readonly cause?: string | undefined;
  readonly resolvedAt?: number | undefined;
}

/** Two signals and what lies between them, not yet weighed. */
export interface Link {
  readonly other: Placed;
  readonly rule: RuleName;
  readonly role: Role;
  readonly hops: number;
  /** How sure the edges are. */
  readonly weight: number;
  readonly path: readonly string[];
}

export interface Relation extends Link {
  readonly score: number;
}

/** The score of a link, from 0 (nothing) to 1: its rule's, less for time that has passed, for unsure edges, for victims that are explained. */
export function relate(signal: Signal, link: Link, now: number): Relation {
  const rule: Rule = rules[link.rule];
  const base = rule.base[Math.min(link.hops, rule.base.length - 1)] ?? 0;
  const score = base * weightFactor(link.weight) * lagFactor(signal, link, rule, now) * needFactor(signal, link);
  return { ...link, score: Math.round(score * 1000) / 1000 };
}

/** Unsure edges still lead somewhere. */
function weightFactor(weight: number): number {
  return 0.5 + weight / 2;
}

function lagFactor(signal: Signal, { other, role }: Link, rule: Rule, now: number): number {
  const here = timeOf(signal.firstSeen);
  const there = timeOf(other.signal.firstSeen);
  if (isOver(other, here, now)) return 0;
  const after = role === 'cause' ? there - here : here - there;
  if (role === 'peer') return fall(Math.abs(after), rule.after, true);
  const causeLasts = role === 'cause' || other.resolvedAt === undefined;
  return after >= 0 ? fall(after, rule.after, causeLasts) : fall(-after, rule.before, true);
}

/** The other had ended, or had last been told of, well before this one began. What an object shows lasts without being told again. */
function isOver({ resolvedAt, signal }: Placed, began: number, now: number): boolean {
  if (resolvedAt !== undefined) return Math.min(began, now) - resolvedAt > overFor;
  return !signal.sources.includes('kubernetes.object') && began - timeOf(signal.lastSeen) > quietGap;
}

function fall(time: number, lag: Lag, lasts: boolean): number {
  if (time <= lag.free) return 1;
  if (time >= lag.most) return lasts ? lag.floor : 0;
  const gone = (time - lag.free) / (lag.most - lag.free);
  return 1 - gone * (1 - lag.floor);
}

/** What a known victim still needs explained. */
function needFactor(signal: Signal, { other, role, rule }: Link): number {
  if (other.cause === undefined) return 1;
  if (rule === 'same-entity') return isOtherTrouble(signal, other.signal) ? explained.entity : 1;
  if (role !== 'cause' || rule === 'serves') return 1;
  return isOfRequests(signal.symptom) ? explained.requests : explained.state;
}

/** What another's trouble has done to an entity does not make what it shows much later, and of another kind, part of it. */
function isOtherTrouble(here: Signal, there: Signal): boolean {
  return here.symptom !== there.symptom && Math.abs(timeOf(here.firstSeen) - timeOf(there.firstSeen)) > passing;
}

/** An edge in words: `Deployment/shop/web -calls-> Service/shop/orders`. */
export function edgeText(edge: GraphEdge): string {
  return `${entityKey(edge.from)} -${edge.type}-> ${entityKey(edge.to)}`;
}
