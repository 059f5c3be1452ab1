// Updates that change none of an object's facts (a node's heartbeat, a manager's note) need not be sent: what was sent last says the same.
import { hash64, type Item, type ObjectItem } from '@winnow/contracts';

/** Rewritten every few seconds by whoever holds a lock, and about nothing else. */
const leaderNote = 'control-plane.alpha.kubernetes.io/leader';

/** A hash of the facts without the version that they came with. */
function hashFacts({ object }: ObjectItem): string {
  const { resourceVersion: _, annotations, ...metadata } = object.metadata;
  return hash64(JSON.stringify({ ...object, metadata, annotations: withoutNote(annotations) }));
}

function withoutNote(annotations: Readonly<Record<string, string>> | undefined) {
  if (!annotations || !(leaderNote in annotations)) return annotations;
  const { [leaderNote]: _, ...others } = annotations;
  return others;
}

export interface ToldBefore {
  /**
   * False for an update whose facts are those that were sent last of this object. What is admitted counts as sent: it must be sent, in this
   * order, or the memory thrown away.
   */
  admit(item: Item): boolean;
  /** A list begins: all that it holds is sent, and what it does not hold is forgotten at its end. */
  beginList(): void;
  endList(): void;
}

/** Remembers one hash for each object of a kind; nothing after a restart, so that it never hides what might not have been sent. */
export function createToldBefore(): ToldBefore {
  let told = new Map<string, string>();
  let listed: Map<string, string> | undefined;
  return {
    admit(item) {
      if (item.type !== 'object' || item.trimmed) return true;
      const { uid } = item.object.metadata;
      if (uid === undefined) return true;
      if (item.change === 'DELETED') {
        told.delete(uid);
        return true;
      }
      const facts = hashFacts(item);
      if (!listed && item.change === 'MODIFIED' && told.get(uid) === facts) return false;
      (listed ?? told).set(uid, facts);
      return true;
    },
    beginList() {
      listed = new Map();
    },
    endList() {
      told = listed ?? told;
      listed = undefined;
    },
  };
}
