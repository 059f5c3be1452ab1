export { type FileCheckpoints, openCheckpoints } from './checkpoints.ts';
export type { Durability } from './connection.ts';
export { databaseFile, NoData } from './connection.ts';
export type { Consumers } from './floors.ts';
export { type LedgerReading, readLedger } from './ledger.ts';
export { DataDirBusy } from './lock.ts';
export { openSqlite, type Sqlite, type SqliteOptions, type SqliteSize } from './open.ts';
export {
  type Committed,
  type LogInfo,
  openReader,
  type Reader,
  type ReadRequest,
  type StoredRecord,
} from './reader.ts';
export type { PublishingStore } from './state-store.ts';
export type { Retention, SweepReport } from './sweep.ts';
