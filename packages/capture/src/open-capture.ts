// A capture: the state of one cluster at one moment, in files that kubectl and its like have written.
import { basename, resolve } from 'node:path';
import { type Envelope, fieldsOf, isFields, type Problem, readTime, textIn, unreadable } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';
import { byteChunks, type Chunks, readText } from './byte-chunks.ts';
import { captureEnvelopes } from './capture-envelopes.ts';
import { type CaptureFile, captureFiles } from './capture-files.ts';
import { latestLogTime } from './capture-logs.ts';
import { createCaptureReader } from './capture-reader.ts';
import { type Contents, createContents } from './contents.ts';
import { InputUnreadable } from './input-error.ts';
import type { ReadOptions } from './intake.ts';
import type { LogFile } from './log-sections.ts';
import { parseJson } from './parse-json.ts';
import { readCaptureFile, readObjects } from './read-capture-file.ts';

export interface Capture {
  readonly kind: 'capture';
  readonly cluster: string;
  /** When it was taken: as `capture.json` says, else the newest time at which anything in it happened. */
  readonly capturedAt: string;
  /** Always the same for the same content, whatever the files are called. May be iterated again. */
  envelopes(): Iterable<Envelope>;
  /** Of a cluster that was listed: why nothing can be called healthy. Absent for files, which say so by what they hold. */
  readonly blind?: readonly string[];
  /** What could not be read; all of it is also delivered as unreadable items. */
  problems(): readonly Problem[];
  /** For look-ups. */
  reader(): ClusterReader;
}

const EPOCH = '1970-01-01T00:00:00.000Z';
const TEXT_LIMIT = 400 * 1024 * 1024;

/** Reads a directory. @throws InputUnreadable where it is none, or may not be read. */
export async function openCapture(directory: string, options: ReadOptions): Promise<Capture> {
  const files = await captureFiles(directory).catch((error: Error) => {
    throw new InputUnreadable(`${directory}: ${error.message}`);
  });
  const contents = createContents();
  if (files.length === 0)
    contents.take([unreadable('wrong-shape', '.', 'files of a capture', 'none')], 'kubernetes.object');
  const told = await readTold(files, contents);
  for (const file of files) await readCaptureFile(file, contents, options.intake);
  const logs = files.filter((file): file is LogFile => file.is === 'log' || file.is === 'pod-logs');
  const at = told.capturedAt ?? (await latestOf(contents, logs));
  return captureOf(contents, logs, {
    tenant: options.tenant,
    cluster: told.cluster ?? basename(resolve(directory)),
    at,
  });
}

/** Kubernetes objects in one file or on stdin (JSON or YAML), read as a capture of nothing else. */
export async function objectsOf(chunks: Chunks, name: string, options: ReadOptions): Promise<Capture> {
  const contents = createContents();
  try {
    const text = await readText(chunks, TEXT_LIMIT);
    const found = noObjects(text);
    if (found)
      contents.take([unreadable('not-json', name, 'Kubernetes objects as JSON or YAML', found)], 'kubernetes.object');
    else readObjects(name, text, contents, options.intake, true);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    contents.take([unreadable('not-json', name, 'Kubernetes objects', found)], 'kubernetes.object');
  }
  return captureOf(contents, [], { tenant: options.tenant, cluster: 'default', at: contents.latest() ?? EPOCH });
}

function noObjects(text: string): string | undefined {
  if (text.trim() === '') return 'an empty text';
  if (text.startsWith('ustar', 257)) return 'a tar archive: unpack it, and give its directory';
  return text.includes('\0') ? 'binary data' : undefined;
}

function captureOf(
  contents: Contents,
  logs: readonly LogFile[],
  head: { tenant: string; cluster: string; at: string },
): Capture {
  contents.settle(head.at);
  return {
    kind: 'capture',
    cluster: head.cluster,
    capturedAt: head.at,
    envelopes: () => captureEnvelopes(contents, head),
    problems: () => contents.problems.list(),
    reader: () => createCaptureReader(contents, logs, head.at),
  };
}

/** Lines that name no zone may be hours off: they count only where nothing else tells the time. */
async function latestOf(contents: Contents, logs: readonly LogFile[]): Promise<string> {
  const { zoned, any } = await latestLogTime(logs);
  contents.saw(zoned);
  return contents.latest() ?? any ?? EPOCH;
}

/** `capture.json`: the one that lies highest. */
async function readTold(files: readonly CaptureFile[], contents: Contents) {
  const depth = (file: CaptureFile) => file.name.split('/').length;
  const [file] = files.filter((each) => each.is === 'capture.json').sort((a, b) => depth(a) - depth(b));
  if (!file) return { cluster: undefined, capturedAt: undefined };
  const parsed = parseJson(await readText(await byteChunks(file.path), TEXT_LIMIT).catch(() => ''));
  const value = 'value' in parsed ? parsed.value : undefined;
  const expected = '{"cluster": "name", "capturedAt": "RFC 3339"}';
  if (!isFields(value)) {
    const found = 'found' in parsed ? parsed.found : 'other JSON';
    contents.take([unreadable('wrong-shape', file.name, expected, found)], 'kubernetes.object');
  }
  const { cluster, capturedAt } = fieldsOf(value);
  return { cluster: textIn(cluster), capturedAt: readTime(capturedAt) };
}
