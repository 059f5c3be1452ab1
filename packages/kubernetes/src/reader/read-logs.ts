// Logs of a pod's containers through the API server, the last lines of each.
import { fieldsOf, isFields, type JsonFields, type LogExcerpt, textIn } from '@winnow/contracts';
import { createLogTail, type LogRequest } from '@winnow/stream';
import type { ApiResponse, ApiServer } from '../api-server.ts';
import { readJson } from '../read-json.ts';
import { refusalOf } from './refusal.ts';
import { splitLines } from './split-lines.ts';

/** Repeats are folded: so many times the lines that are wanted are asked for. */
const FOLDED = 4;
/**
 * Bytes of one container's log that are read, at most. The API server's own `limitBytes` would not do: it counts from the first of the last
 * lines, and so cuts off the newest.
 */
const MOST = 16 * 1024 * 1024;

/** Undefined where there is no such pod: its logs cannot be told. @throws LookupDenied, ApiUnreachable, LookupRefused */
export async function readLogs(
  api: ApiServer,
  request: LogRequest,
  signal: AbortSignal,
): Promise<readonly LogExcerpt[] | undefined> {
  const pod = await readPod(api, request, signal);
  if (!pod) return undefined;
  const wanted = containersOf(pod, request.previous).filter((name) => (request.container ?? name) === name);
  const found = await Promise.allSettled(wanted.map((name) => readContainer(api, request, name, signal)));
  const excerpts = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = found.find((each) => each.status === 'rejected');
  if (failed && excerpts.length === 0) throw failed.reason;
  return excerpts.sort((a, b) => (a.container < b.container ? -1 : 1));
}

async function readPod(
  api: ApiServer,
  { namespace, pod }: LogRequest,
  signal: AbortSignal,
): Promise<JsonFields | undefined> {
  const path = podPath(namespace, pod);
  const response = await api.request({ path, signal, purpose: 'lookup' });
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw await refusalOf(api, response, `the pod ${namespace}/${pod} cannot be read`);
  return fieldsOf(await readJson(response));
}

const podPath = (namespace: string, pod: string) =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;

/** Of former runs only those containers have any that were started again. */
function containersOf({ spec, status }: JsonFields, previous: boolean): readonly string[] {
  const named = (from: JsonFields, fields: readonly string[]) =>
    fields.flatMap((field) => (Array.isArray(from[field]) ? from[field].filter(isFields) : []));
  const names = named(fieldsOf(spec), ['initContainers', 'containers', 'ephemeralContainers']).flatMap(
    (each) => textIn(each.name) ?? [],
  );
  if (!previous) return names;
  const kinds = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
  const again = named(fieldsOf(status), kinds).filter(
    (each) => isFields(fieldsOf(each.lastState).terminated) || Number(each.restartCount) > 0,
  );
  return again.flatMap((each) => textIn(each.name) ?? []);
}

async function readContainer(
  api: ApiServer,
  { namespace, pod, previous, tailLines, until }: LogRequest,
  container: string,
  signal: AbortSignal,
): Promise<LogExcerpt[]> {
  const query = { container, tailLines: String(tailLines * FOLDED), ...(previous && { previous: 'true' }) };
  const path = `${podPath(namespace, pod)}/log`;
  const response = await api.request({ path, query, signal, accept: '*/*', purpose: 'lookup' });
  // A container that has not started, or has no former run, has no log: that is an answer.
  if (response.status === 400 || response.status === 404) return [];
  if (response.status !== 200)
    throw await refusalOf(api, response, `the log of ${namespace}/${pod} ${container} cannot be read`);
  const tail = createLogTail(tailLines, until);
  for await (const lines of splitLines(bounded(response))) for (const line of lines) tail.add(line);
  const kept = tail.end();
  return kept.lines.length > 0 ? [{ namespace, pod, container, previous, ...kept }] : [];
}

async function* bounded({ body }: ApiResponse): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    yield chunk;
    size += chunk.length;
    if (size >= MOST) return;
  }
}
