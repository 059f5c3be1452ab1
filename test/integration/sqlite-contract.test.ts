import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoints, openSqlite, type Sqlite } from '@winnow/sqlite';
import { describeCheckpoints, describeEventLog, describeStateStore } from '@winnow/stream/contract';

function makeSqlite() {
  const dir = mkdtempSync(join(tmpdir(), 'winnow-sqlite-'));
  let sqlite = openSqlite(dir);
  return {
    opened: () => sqlite,
    async reopen(): Promise<Sqlite> {
      await sqlite.close();
      sqlite = openSqlite(dir);
      return sqlite;
    },
    async close() {
      await sqlite.close();
      rmSync(dir, { recursive: true });
    },
  };
}

describeEventLog('SQLite', async () => {
  const made = makeSqlite();
  return { log: made.opened().log, reopen: async () => (await made.reopen()).log, close: made.close };
});

describeStateStore('SQLite', async () => {
  const made = makeSqlite();
  const { store, log } = made.opened();
  return { store, log, reopen: async () => (await made.reopen()).store, close: made.close };
});

describeCheckpoints('the file in the data directory', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'winnow-checkpoints-'));
  return {
    checkpoints: openCheckpoints(dir),
    reopen: async () => openCheckpoints(dir),
    close: async () => rmSync(dir, { recursive: true }),
  };
});
