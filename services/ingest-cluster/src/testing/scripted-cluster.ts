// A cluster whose API server answers as a test says, and a clock on which waiting takes no time.
import { setImmediate } from 'node:timers/promises';
import type { Envelope, Item } from '@winnow/contracts';
import { type Checkpoints, createMemoryCheckpoints } from '@winnow/stream';
import type { ApiRequest, ApiResponse, ApiServer } from '../api-server.ts';
import type { Clock } from '../clock.ts';
import { readClusterIngestConfig } from '../config.ts';
import { startClusterIngest } from '../main.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly (object | string)[];
  /** The connection stays open behind them. */
  readonly open?: boolean;
  /** It breaks behind them. */
  readonly breaks?: string;
}

export const LIST = 'list';
export const WATCH = 'watch';

/** What the kind under test is asked for: everything else is served as an empty cluster would. */
export type Script = (request: ApiRequest, nth: number) => Answer;

export const listOf = (items: readonly object[], version = '100', more: object = {}): Answer => ({
  chunks: [{ kind: 'ConfigMapList', metadata: { resourceVersion: version, ...more }, items }],
});
export const configMap = (name: string, version: number, data: Readonly<Record<string, string>> = {}) => ({
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(version) },
  data,
});
export const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
export const bookmark = (version: number) => line('BOOKMARK', { metadata: { resourceVersion: String(version) } });
export const expired = { code: 410, reason: 'Expired', message: 'too old resource version' };

export interface ScriptedOptions {
  readonly list: Script;
  readonly watch: Script;
  readonly append?: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly checkpoints?: Checkpoints;
  /** Milliseconds of the real clock without a byte until a watch is given up. */
  readonly silence?: number;
  readonly owns?: () => boolean;
}

export function runScripted({
  list,
  watch,
  append,
  checkpoints = createMemoryCheckpoints(),
  silence = 60_000,
  owns = () => true,
}: ScriptedOptions) {
  const asked: { readonly is: string; readonly version: string | undefined; readonly at: number }[] = [];
  const items: Item[] = [];
  const warnings: string[] = [];
  const clock = createQuickClock();

  const api: ApiServer = {
    name: 'prod',
    async request(request) {
      await setImmediate();
      request.signal?.throwIfAborted();
      if (request.path === '/version') return respond({ chunks: [{}] }, request.signal);
      if (!request.path.endsWith('/configmaps')) return respond({ status: 404 }, request.signal);
      const is = request.query?.watch ? WATCH : LIST;
      const nth = asked.filter((each) => each.is === is).length;
      asked.push({ is, version: request.query?.resourceVersion, at: clock.now() });
      return respond((is === WATCH ? watch : list)(request, nth), request.signal);
    },
    metrics: () => [],
    close: async () => undefined,
  };
  const verbs = ['get', 'list', 'watch'];
  const resource = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', verbs };
  const note = (_: object, text: string) => void warnings.push(text);
  const ingest = startClusterIngest({
    clusters: [{ api, discover: async () => [resource] }],
    tenant: 'default',
    config: readClusterIngestConfig({}),
    logger: { info: note, warn: note },
    checkpoints,
    clock,
    owns,
    patience: { save: 0, beat: 3_600_000, seldom: 3_600_000, silence },
    append: async (envelopes) => {
      await append?.(envelopes);
      for (const each of envelopes) if (each.source !== 'heartbeat') items.push(...each.items);
    },
  });
  return { ingest, asked, items, warnings, clock, checkpoints };
}

/** `+a@7`, `~a@8`, `-a@9`, `begin`, `end`. */
export const brief = (item: Item): string => {
  if (item.type === 'list-begin') return item.restored ? 'begin-restored' : 'begin';
  if (item.type === 'list-end') return 'end';
  if (item.type !== 'object') return item.type;
  const sign = { ADDED: '+', MODIFIED: '~', DELETED: '-' }[item.change];
  return `${sign}${item.object.metadata.name}@${item.object.metadata.resourceVersion}`;
};

function respond({ status = 200, headers = {}, chunks = [], open, breaks }: Answer, signal?: AbortSignal): ApiResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) {
      await setImmediate();
      yield Buffer.from(typeof chunk === 'string' ? chunk : JSON.stringify(chunk));
    }
    if (breaks) throw new Error(breaks);
    if (!open) return;
    await new Promise<never>((_, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
  return { status, header: (name) => headers[name], body: body() };
}

/** Sleeping moves the time on, for everybody; long sleeps last until the end. */
function createQuickClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    wall: () => Date.parse('2026-03-08T15:00:00.000Z') + now,
    random: () => 0.5,
    async sleep(ms, signal) {
      if (ms >= 1_000_000) {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        return;
      }
      await setImmediate();
      now += ms;
    },
  };
}
