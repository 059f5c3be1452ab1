// The agent's own log: what has arrived lies here, synced, until it has been forwarded; when it is full nothing more is taken.
import { type Envelope, topics } from '@winnow/contracts';
import { openSqlite, type Sqlite } from '@winnow/sqlite';
import { LogUnavailable } from '@winnow/stream';
import { observationRecord } from '../ingest/observation-record.ts';

/** Whoever forwards is known by this name to the store: what it has yet to read is kept. */
export const FORWARDER = 'forward';

export interface Buffer {
  readonly sqlite: Sqlite;
  /** Resolves when they are synced. @throws LogUnavailable where it is full, or the disk is. */
  append(envelopes: readonly Envelope[]): Promise<void>;
  /** Resolves once everything up to this offset is synced: what is not might be another record after a loss of power. */
  synced(offset: number): Promise<void>;
  /** The offset that the next record will have, as far as anything was appended by this process. */
  readonly next: number;
  readonly isFull: boolean;
  /** Bytes in use, and how many there may be. */
  size(): { readonly used: number; readonly limit: number };
  /** Why nothing can be taken now; undefined where the last append went through. */
  ready(): string | undefined;
  /** Forgets what has been forwarded. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenBuffer {
  readonly data: string;
  /** Bytes. */
  readonly limit: number;
}

/** @throws DataDirBusy, StateDamaged, StateNewer, LogUnavailable */
export function openBuffer({ data, limit }: OpenBuffer): Buffer {
  const consumers = { [FORWARDER]: [topics.observations.name] };
  const sqlite = openSqlite({ dir: data, retention: { maxAgeMs: 0, consumers } });
  const watermark = createWatermark();
  let trouble: string | undefined = 'nothing has been taken yet';
  const isFull = () => sqlite.size().used > limit;

  async function append(envelopes: readonly Envelope[]): Promise<void> {
    try {
      if (isFull()) throw new LogUnavailable(fullWords(limit));
      const offsets = await sqlite.log.append(envelopes.map((envelope) => observationRecord(envelope)));
      watermark.rise(offsets);
      trouble = undefined;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  return {
    sqlite,
    append,
    synced: watermark.reached,
    get next() {
      return watermark.next;
    },
    get isFull() {
      return isFull();
    },
    size: () => ({ used: sqlite.size().used, limit }),
    ready: () => trouble,
    async tidy() {
      // What was appended in this very millisecond may have been forwarded, too.
      await sqlite.sweep(Date.now() + 1_000);
    },
    close: () => sqlite.close(),
  };
}

const fullWords = (limit: number) =>
  `the agent's buffer is full (${Math.round(limit / 1024 / 1024)} MiB, WINNOW_AGENT_BUFFER_MIB): it takes nothing until Kafka has taken what is in it`;

function createWatermark() {
  let next = 0;
  let waiting: { readonly offset: number; readonly resolve: () => void }[] = [];
  return {
    get next() {
      return next;
    },
    rise(offsets: readonly number[]): void {
      next = Math.max(next, ...offsets.map((offset) => offset + 1));
      const reached = waiting.filter(({ offset }) => offset < next);
      waiting = waiting.filter(({ offset }) => offset >= next);
      for (const { resolve } of reached) resolve();
    },
    reached(offset: number): Promise<void> {
      if (offset < next) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ offset, resolve }));
    },
  };
}
