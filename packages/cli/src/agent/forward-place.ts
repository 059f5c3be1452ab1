// Who this agent is to those who read what it forwards, and how far it has come: both lie in the buffer's own file, so that a buffer
// that is begun anew never carries the name under which others have seen later records.
import { randomUUID } from 'node:crypto';
import { topics } from '@winnow/contracts';
import { Fenced, type StateStore } from '@winnow/stream';
import { FORWARDER } from './buffer.ts';

export interface ForwardPlace {
  /** Made with the buffer. */
  readonly id: string;
  /** The offset to be forwarded next. */
  readonly offset: number;
  /** Everything before this offset is in Kafka. @throws LogUnavailable: the same is to be tried again */
  advance(offset: number): Promise<void>;
}

const VERSION = 1;
const TOPIC = topics.observations.name;

/** @throws StateDamaged, LogUnavailable */
export async function openForwardPlace(store: StateStore): Promise<ForwardPlace> {
  const claim = await store.claim(FORWARDER, 0);
  const loaded = await store.load(claim);
  let offset = loaded.offsets[TOPIC] ?? 0;
  let known = await idIn(loaded.changes);
  const id = known ?? randomUUID();

  async function advance(next: number): Promise<void> {
    const answer = await store.commit(claim, {
      from: offset === 0 ? {} : { [TOPIC]: offset },
      to: next === 0 ? {} : { [TOPIC]: next },
      version: VERSION,
      seq: 0,
      // It is written once, before anything is forwarded under it.
      delta: known === undefined ? Buffer.from(id) : new Uint8Array(),
      ...{ snapshots: [], ledger: [], outgoing: [] },
    });
    if (answer === 'fenced') throw new Fenced('another process forwards from this data directory');
    known = id;
    offset = next;
  }

  if (known === undefined) await advance(offset);
  return {
    id,
    get offset() {
      return offset;
    },
    advance,
  };
}

async function idIn(changes: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  let id: string | undefined;
  for await (const change of changes) id ??= Buffer.from(change).toString('utf8');
  return id;
}
