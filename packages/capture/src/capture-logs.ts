// Logs of a capture, read when they are asked for.
import { type LogExcerpt, latestTime } from '@winnow/contracts';
import { createLogTail, type LogRequest, type LogTail, logTimeOf } from '@winnow/stream';
import { type LogFile, logLines } from './log-sections.ts';

/** Undefined where the capture holds no logs of the pod at all: then nothing can be told of them. */
export async function readLogs(files: readonly LogFile[], request: LogRequest): Promise<LogExcerpt[] | undefined> {
  const ofPod = files.filter((file) => file.pod === request.pod && file.namespace === request.namespace);
  if (ofPod.length === 0) return undefined;
  const excerpts: LogExcerpt[] = [];
  for (const file of ofPod) {
    if ((file.is === 'log' && file.previous) === request.previous) excerpts.push(...(await excerptsOf(file, request)));
  }
  return excerpts.sort((a, b) => (a.container < b.container ? -1 : 1));
}

async function excerptsOf(file: LogFile, request: LogRequest): Promise<LogExcerpt[]> {
  if (file.is === 'log' && request.container !== undefined && file.container !== request.container) return [];
  const tails = new Map<string, LogTail>();
  for await (const { container, lines } of logLines(file)) {
    if (request.container !== undefined && container !== request.container) continue;
    const tail = tails.get(container) ?? createLogTail(request.tailLines, request.until);
    tails.set(container, tail);
    for (const line of lines) tail.add(line);
  }
  const { namespace, pod, previous } = request;
  return [...tails].map(([container, tail]) => ({ namespace, pod, container, previous, ...tail.end() }));
}

/** The latest time that any line names: with its zone, and taking those without for UTC. */
export async function latestLogTime(
  files: readonly LogFile[],
): Promise<{ zoned: string | undefined; any: string | undefined }> {
  let zoned: string | undefined;
  let any: string | undefined;
  for (const file of files) {
    for await (const { lines } of logLines(file)) {
      for (const line of lines) {
        const time = logTimeOf(line);
        if (!time) continue;
        any = latestTime([any, time.at]);
        if (time.zoned) zoned = latestTime([zoned, time.at]);
      }
    }
  }
  return { zoned, any };
}
