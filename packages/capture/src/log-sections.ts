// Lines of log files, each with the container that wrote it.
import { byteChunks } from './byte-chunks.ts';
import type { CaptureFile } from './capture-files.ts';
import { readLines } from './read-lines.ts';

/** Bytes of a line that are kept. */
const LINE = 8 * 1024;

export type LogFile = Extract<CaptureFile, { readonly is: 'log' | 'pod-logs' }>;

export interface LogLines {
  readonly container: string;
  readonly lines: readonly string[];
}

const startMark = /^==== START logs for container (\S+) of pod \S+ ====$/;
/** The last line of a log may lack its end; the mark then stands on the same line. */
const endMark = /==== END logs for container \S+ of pod \S+ ====$/;

/** Yields the lines in batches, in the order of the file. */
export async function* logLines(file: LogFile): AsyncGenerator<LogLines> {
  const batches = readLines(await byteChunks(file.path), LINE);
  if (file.is === 'log') {
    for await (const batch of batches) yield { container: file.container, lines: batch.map((line) => line.text) };
    return;
  }
  let container: string | undefined;
  for await (const batch of batches) {
    for (const { text } of batch) {
      const started = startMark.exec(text)?.[1];
      const ended = endMark.exec(text);
      const line = ended ? text.slice(0, ended.index) : text;
      if (started) yield { container: started, lines: [] };
      else if (container !== undefined && line !== '') yield { container, lines: [line] };
      container = started ?? (ended ? undefined : container);
    }
  }
}
