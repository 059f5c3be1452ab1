// Where a recording goes: a file, gzipped where its name says so, or stdout.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { CommandFailed } from '../failure.ts';

export interface Sink {
  /** Resolves when there is room for more. @throws CommandFailed where it cannot be written. */
  write(text: string): Promise<void>;
  /** What was written can be read by now, also where it is packed. */
  flush(): Promise<void>;
  end(): Promise<void>;
}

export function openSink(path: string | undefined): Sink {
  const out: Writable = path === undefined ? process.stdout : createWriteStream(path);
  const gzip = path?.endsWith('.gz') ? createGzip() : undefined;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  out.on('error', (cause: Error) =>
    failed.reject(new CommandFailed(`${path ?? 'stdout'} cannot be written: ${cause.message}`, 2, { cause })),
  );
  gzip?.pipe(out);
  const into: Writable = gzip ?? out;
  return {
    async write(text) {
      if (!into.write(text)) await Promise.race([once(into, 'drain'), failed.promise]);
    },
    async flush() {
      if (!gzip) return;
      const flushed = new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
      await Promise.race([flushed, failed.promise]);
    },
    async end() {
      if (path === undefined) return;
      into.end();
      await Promise.race([finished(out), failed.promise]);
    },
  };
}
