// What Redis and the connection report, in the words of the ports: what happened, where, what to do.
import { LogUnavailable, StateDamaged } from '@winnow/stream';

/** Answers of a server that can or may do nothing now. It has run nothing of the script. */
const REFUSALS: Readonly<Record<string, string>> = {
  OOM: 'its memory is full: raise maxmemory, or give it fewer partitions',
  MISCONF: 'it cannot write to its disk: free some space',
  NOREPLICAS: 'too few replicas are connected: see to them',
  READONLY: 'it has become a replica: the connection looks for its master',
  LOADING: 'it is still loading its file',
  MASTERDOWN: 'its master is down: a fail-over takes a moment',
  CLUSTERDOWN: 'slots of the cluster are not served: see CLUSTER INFO',
  TRYAGAIN: 'its slot is being moved',
  BUSY: 'another script is running on it',
};

const AMONG_THEM = /^(?:\w+Error: )?(\w+) /;

export type Failures = (error: unknown) => Error;

/** Failures on the server at `place`. What was asked may or may not have been done where the connection was lost: the same commit tells when it is tried again. */
/** What is known of the connection itself. */
export interface ConnectionState {
  /** True once this process has closed it. */
  readonly closed: boolean;
  /** Why it was lost, or cannot be made; undefined while it is there. */
  readonly lost: Error | undefined;
}

export function failuresAt(place: string, connection: ConnectionState): Failures {
  return function failureOf(error) {
    const said = error instanceof Error ? error.message : String(error);
    const code = AMONG_THEM.exec(said)?.[1] ?? '';
    if (connection.closed) return new Error(`The connection to Redis at ${place} was closed by this process.`);
    const refusal = REFUSALS[code];
    if (refusal) return new LogUnavailable(`Redis at ${place} refuses: ${refusal}. It said: ${said}`, { cause: error });
    if (code === 'WRONGTYPE') return damaged(place, `a key is of another kind (${said})`, error);
    if (isReply(error)) return new Error(`Redis at ${place} answered: ${said}`, { cause: error });
    const remedy = 'It goes on by itself once there is a connection.';
    // The client says how often it tried; the connection says why that failed.
    const why = (connection.lost?.message ?? said).replace(/\.+$/, '');
    return new LogUnavailable(`Redis at ${place} cannot be reached: ${why}. ${remedy}`, { cause: error });
  };
}

const isReply = (error: unknown) => error instanceof Error && error.name === 'ReplyError';

export function damaged(place: string, found: string, cause?: unknown): StateDamaged {
  const remedy = 'Put a backup of its file in its place, or remove the keys of this partition: it is derived again.';
  return new StateDamaged(`The state in Redis at ${place} is damaged: ${found}. ${remedy}`, { cause });
}
