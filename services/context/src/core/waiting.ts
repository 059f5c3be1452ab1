// Incidents that are to be looked at and wait for their turn: only so many are looked into at once, whatever a storm opens.
import { type Incident, severities } from '@winnow/contracts';
import { createHeap, type Heap, type Table } from '@winnow/stream';

/** Derived from the table: who comes next. What stands in it and not in the table has been put off or is gone. */
export type Turns = Heap<Turn>;

interface Turn {
  readonly key: string;
  readonly revision: number;
  readonly rank: number;
  readonly openedAt: string;
}

export function turnsOf(waiting: Table<Incident>): Turns {
  const turns = createHeap<Turn>(isBefore);
  for (const [key, incident] of waiting.entries()) turns.push(turnOf(key, incident));
  return turns;
}

/** The gravest first, of equals the oldest; what is over can wait. */
export function turnOf(key: string, incident: Incident): Turn {
  const { revision, openedAt } = incident;
  return { key, revision, rank: rankOf(incident), openedAt };
}

/** From 0, the gravest. */
export const rankOf = ({ status, severity }: Incident): number =>
  status === 'resolved' ? severities.length : severities.indexOf(severity);

function isBefore(one: Turn, other: Turn): boolean {
  if (one.rank !== other.rank) return one.rank < other.rank;
  return one.openedAt === other.openedAt ? one.key < other.key : one.openedAt < other.openedAt;
}

/** Takes the one whose turn it is out of the table. */
export function takeNext(waiting: Table<Incident>, turns: Turns): { key: string; incident: Incident } | undefined {
  for (let turn = turns.pop(); turn; turn = turns.pop()) {
    const incident = waiting.get(turn.key);
    if (incident?.revision !== turn.revision) continue;
    waiting.delete(turn.key);
    return { key: turn.key, incident };
  }
  return undefined;
}
