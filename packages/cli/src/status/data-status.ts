// What a data directory tells by itself, whether or not an `up` runs on it.
import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Envelope, topics } from '@winnow/contracts';
import { openReader, type Reader } from '@winnow/sqlite';
import type { DataStatus, LastHeard, StatusDocument } from './status-document.ts';

/** Records of the log that are looked through, from new to old, for who was heard last. */
const LOOK_BACK = 5_000;

export function readDataStatus(
  directory: string,
): Pick<StatusDocument, 'data' | 'pending'> & { lastHeard: readonly LastHeard[] } {
  const sizes = { directory, bytes: sizeOf(directory), freeBytes: freeBytes(directory) };
  const reader = openIfThere(directory);
  if (!reader) return { data: sizes, pending: {}, lastHeard: [] };
  try {
    return { data: { ...sizes, ...agesOf(reader) }, pending: reader.ledger().pending, lastHeard: lastHeard(reader) };
  } finally {
    reader.close();
  }
}

function openIfThere(directory: string): Reader | undefined {
  try {
    return openReader(directory);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoData') return undefined;
    throw error;
  }
}

function sizeOf(directory: string): number {
  if (!existsSync(directory)) return 0;
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { name }) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Of the disk that the directory is on, or will be on. */
function freeBytes(directory: string): number {
  if (!existsSync(directory)) return dirname(directory) === directory ? 0 : freeBytes(dirname(directory));
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

function agesOf(reader: Reader): Pick<DataStatus, 'oldestAt' | 'newestAt'> {
  const logs = reader.logs().filter(({ topic }) => topic === topics.observations.name);
  const oldest = logs.flatMap(({ oldestAt }) => oldestAt ?? []);
  const newest = logs.flatMap(({ newestAt }) => newestAt ?? []);
  return {
    ...(oldest.length > 0 && { oldestAt: new Date(Math.min(...oldest)).toISOString() }),
    ...(newest.length > 0 && { newestAt: new Date(Math.max(...newest)).toISOString() }),
  };
}

/** The latest arrival or heartbeat of each source instance among the newest records. */
function lastHeard(reader: Reader): readonly LastHeard[] {
  const heard = new Map<string, LastHeard>();
  const note = (source: string, cluster: string, instance: string, at: string) => {
    const key = `${cluster}\n${source}\n${instance}`;
    if (!heard.has(key)) heard.set(key, { source, cluster, instance, state: 'stopped', lastByteAt: at, details: [] });
  };
  const newest = reader.read({ topic: topics.observations.name, partition: 0, limit: LOOK_BACK, reverse: true });
  for (const { value } of newest) {
    const { source, cluster, instance, at, items } = value as Envelope;
    if (source !== 'heartbeat') note(source, cluster, instance, at);
    for (const item of items) if (item.type === 'heartbeat') note(item.source, cluster, item.instance, at);
  }
  return [...heard.values()];
}
