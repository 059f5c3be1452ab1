import type { TemporaryFolder } from './process/folders.ts';
import { type ProcessOptions, startProcess } from './process/start-process.ts';

/** What all servers that are one process have. */
export interface RunningServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** What it was configured with and what it keeps; removed when it is stopped. */
  readonly folder: string;
  readonly pid: number;
  readonly logFile: string;
  /** Ends it; a second call does nothing more. */
  stop(): Promise<void>;
}

/** Starts it in the folder, which is removed with it. */
export async function startServer(
  folder: TemporaryFolder,
  url: string,
  options: Omit<ProcessOptions, 'folder'>,
): Promise<RunningServer> {
  const running = await startProcess({ ...options, folder: folder.path }).catch((error: unknown) => {
    folder.remove();
    throw error;
  });
  const stop = async () => {
    await running.end();
    folder.remove();
  };
  return { url, folder: folder.path, pid: running.pid, logFile: running.logFile, stop, [Symbol.asyncDispose]: stop };
}

/** A configuration file's content: JSON is YAML. */
export const asText = (content: string | object) => (typeof content === 'string' ? content : JSON.stringify(content));
