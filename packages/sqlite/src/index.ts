export type { Durability } from './connection.ts';
export { databaseFile, NoData } from './connection.ts';
export { DataDirBusy } from './lock.ts';
export { openSqlite, type Sqlite, type SqliteOptions, type SqliteSize } from './open.ts';
export type { PublishingStore } from './state-store.ts';
