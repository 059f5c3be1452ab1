// Access to one cluster's API server, under a limit that adapts to it.
import type { IncomingMessage } from 'node:http';
import { createAgentPool } from './access/agents.ts';
import type { ClusterContext } from './access/context.ts';
import { createCredentials } from './access/credentials.ts';
import { exchange, TimedOut } from './access/exchange.ts';
import { ApiUnreachable, explainConnection, explainCredentials, isAboutTls } from './access/explain-failure.ts';
import { readBody, readHead } from './access/read-body.ts';
import type { ApiRequest, ApiResponse, ApiServer, Purpose } from './api-server.ts';
import { createGate, type GateSettings } from './limit/gate.ts';
import { defaultRate, type RateSettings } from './limit/rate.ts';
import { observeRequests } from './observe-requests.ts';
import { createRequestFigures } from './request-figures.ts';
import { createRunning, type Run, unlessAborted } from './running.ts';

export interface ConnectOptions {
  readonly rate?: Partial<RateSettings>;
  /** Requests of each purpose at once; of watches, those that are opening at once. */
  readonly places?: Partial<GateSettings['places']>;
  /** Milliseconds until a connection stands (default 10,000). */
  readonly connectTimeout?: number;
  /** Milliseconds until the head of an answer (default 60,000, which is what the API server allows itself). */
  readonly headTimeout?: number;
  /** Milliseconds without a byte of a body that is no watch's (default 60,000). */
  readonly idleTimeout?: number;
  /** How often a 429 is waited out before it is the answer (default 4). */
  readonly retries?: number;
  /** Where HTTPS_PROXY and NO_PROXY are read; that of the process where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const usualPlaces: GateSettings['places'] = { discovery: 4, list: 4, watch: 4, lookup: 8 };

/** Connects when first asked. Never throws: what is wrong with a cluster is told by its requests. */
export function connect(context: ClusterContext, options: ConnectOptions = {}): ApiServer {
  const { connectTimeout = 10_000, headTimeout = 60_000, idleTimeout = 60_000, retries = 4 } = options;
  const places = { ...usualPlaces, ...options.places };
  const gate = createGate({ rate: { ...defaultRate, ...options.rate }, places });
  const figures = createRequestFigures(context.name);
  const observer = observeRequests(gate, figures);
  const credentials = createCredentials(context);
  const most = places.discovery + places.list + places.lookup;
  const agents = createAgentPool(context.server, most, options.env ?? process.env);
  const running = createRunning();

  async function request(asked: ApiRequest): Promise<ApiResponse> {
    const run = running.start(asked.signal);
    try {
      return await askUntilServed(asked, run);
    } catch (error) {
      run.end();
      throw error;
    }
  }

  async function askUntilServed(asked: ApiRequest, run: Run): Promise<ApiResponse> {
    for (let tries = 0, refused = false; ; tries++) {
      const leave = await takeTurn(asked.purpose, run.signal);
      try {
        const { generation } = credentials;
        const head = await ask(asked, run.signal);
        const renewed: boolean = head.statusCode === 401 && !refused && credentials.refuse(generation);
        const again = renewed || (head.statusCode === 429 && tries < retries);
        if (!again) return await toResponse(head, asked.purpose, run, leave);
        refused ||= renewed;
        head.resume();
        leave();
      } catch (error) {
        leave();
        throw error;
      }
    }
  }

  /** Resolves when the limit lets one more go, with what gives its place back. */
  async function takeTurn(purpose: Purpose, signal: AbortSignal): Promise<() => void> {
    figures.waited(purpose, await gate.enter(purpose, signal));
    let left = false;
    return () => {
      if (!left) gate.leave(purpose);
      left = true;
    };
  }

  async function ask(asked: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { purpose } = asked;
    const { generation } = credentials;
    const access = await unlessAborted(signal, credentials.current()).catch((error: unknown) => {
      observer.failed(asked, signal.aborted ? 'aborted' : 'credentials', 0);
      throw signal.aborted ? signal.reason : explainCredentials(error, context);
    });
    const pool = agents.of(access);
    const agent = purpose === 'watch' ? pool.watches : pool.requests;
    const headers = { ...headersOf(asked), ...access.headers };
    const begun = performance.now();
    const url = urlOf(context.server, asked);
    const head = await exchange({ url, headers, agent, signal, connectTimeout, headTimeout }).catch(
      (error: unknown) => {
        observer.failed(asked, signal.aborted ? 'aborted' : failureOf(error), performance.now() - begun);
        // Certificates in files may have been renewed since they were read.
        if (isAboutTls(error)) credentials.refuse(generation);
        throw signal.aborted ? signal.reason : explainConnection(error, context);
      },
    );
    observer.answered(asked, head, performance.now() - begun);
    return head;
  }

  async function toResponse(
    head: IncomingMessage,
    purpose: Purpose,
    { signal, end }: Run,
    leave: () => void,
  ): Promise<ApiResponse> {
    const status = head.statusCode ?? 0;
    const isFine = status >= 200 && status < 300;
    if (purpose === 'watch' && isFine) leave();
    // Whoever forgets to read an answer must not hold its place for ever.
    const forgotten = setTimeout(() => head.destroy(), idleTimeout);
    head.once('close', () => {
      clearTimeout(forgotten);
      leave();
      end();
    });
    const body = readBody(head, {
      signal,
      idleTimeout: purpose === 'watch' ? undefined : idleTimeout,
      onBegin: () => clearTimeout(forgotten),
      onBytes: (bytes) => figures.received(purpose, bytes),
      explain: (error) => explainConnection(error, context),
    });
    const header = (name: string) => {
      const value = head.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    return { status, header, body: isFine ? body : replay(await readHead(body)) };
  }

  return {
    name: context.name,
    request,
    metrics: () => figures.read(gate),
    async close() {
      const reason = new ApiUnreachable(`cluster ${context.name}: access to it was closed`);
      gate.close(reason);
      running.close(reason);
      agents.close();
    },
  };
}

function headersOf({ accept = 'application/json', ifNoneMatch }: ApiRequest): Readonly<Record<string, string>> {
  return { accept, 'user-agent': 'winnow', ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }) };
}

function failureOf(error: unknown): 'timeout' | 'unreachable' {
  return error instanceof TimedOut ? 'timeout' : 'unreachable';
}

/** The server's URL may have a path of its own, as behind Rancher. */
function urlOf(server: string, { path, query }: ApiRequest): URL {
  const url = new URL(`${server}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return url;
}

async function* replay(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
