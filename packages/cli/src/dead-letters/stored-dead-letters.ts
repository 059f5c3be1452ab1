// Dead letters of a data directory. Reading works beside whoever writes it; a replay goes through the `up` that runs on it, if one does.
import { createDeadLetterIndex, createDeadLetterWriter, planReplay, readDeadLetter } from '@winnow/api';
import { topics } from '@winnow/contracts';
import { openReader, openSqlite, type Reader } from '@winnow/sqlite';
import type { LogRecord, RecordPosition } from '@winnow/stream';
import { findRunning, urlToAsk } from '../running-up.ts';
import { scan } from '../scan.ts';
import { connectServer, type ServerOptions } from '../server-client.ts';
import { type DeadLetters, MOST_LETTERS } from './dead-letters.ts';
import { servedDeadLetters } from './served-dead-letters.ts';

/** @throws NoData */
export function storedDeadLetters(dir: string, flags: ServerOptions): DeadLetters {
  const reader = openReader(dir);
  const plans = {
    index: indexOf(reader),
    readRecord: async (at: RecordPosition) => readOne(reader, at),
    now: Date.now,
  };
  let opened: ReturnType<typeof openSqlite> | undefined;

  function writer() {
    const running = findRunning(dir);
    if (running) return servedDeadLetters(connectServer({ ...flags, server: urlToAsk(running) }));
    opened ??= openSqlite(dir);
    return createDeadLetterWriter({ ...plans, log: opened.log });
  }
  let writing: ReturnType<typeof writer> | undefined;

  return {
    list: async () => [...plans.index.entries()].map(({ letter }) => letter),
    async get(id) {
      const entry = plans.index.get(id);
      return entry && readDeadLetter(plans, entry);
    },
    plan: (id, options) => planReplay(plans, id, options),
    async replay(id, options) {
      writing ??= writer();
      return writing.replay(id, options);
    },
    async close() {
      await opened?.close();
      reader.close();
    },
  };
}

/** The newest count: of one id the latest record, as in the order of the log. */
function indexOf(reader: Reader) {
  const index = createDeadLetterIndex(MOST_LETTERS);
  const newest: LogRecord[] = [];
  for (const record of scan(reader, topics.deadLetters.name)) {
    newest.push(record);
    if (newest.length >= MOST_LETTERS) break;
  }
  for (const record of newest.reverse()) index.apply(record);
  return index;
}

function readOne(reader: Reader, { topic, partition, offset }: RecordPosition): LogRecord | undefined {
  const [record] = reader.read({ topic, partition, from: offset, limit: 1 });
  return record?.offset === offset ? record : undefined;
}
