// Talks to a Winnow that runs, over HTTP.
import { CommandFailed } from './failure.ts';

export interface ServerOptions {
  /** `--server`; the usual address of `winnow up` where absent. */
  readonly server?: string;
  /** `--token`, else WINNOW_TOKEN. */
  readonly token?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export interface ServerClient {
  readonly url: string;
  /** Undefined where nobody listens there. @throws CommandFailed where it cannot be talked to otherwise, or lets nobody in. */
  get(path: string): Promise<Answered | undefined>;
  post(path: string, body: unknown): Promise<Answered | undefined>;
}

export const serverOptions = [
  ['--server <url>', 'the Winnow to talk to (default: the one on the data directory, else http://127.0.0.1:9193)'],
  ['--token <token>', 'a token that it lets in (default: $WINNOW_TOKEN)'],
] as const;

/** Milliseconds. */
const PATIENCE = 30_000;

export function connectServer({ server, token }: ServerOptions, env: NodeJS.ProcessEnv = process.env): ServerClient {
  const url = (server ?? 'http://127.0.0.1:9193').replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new CommandFailed(`--server takes a URL such as http://127.0.0.1:9193, not ${JSON.stringify(server)}`);
  const bearer = token ?? env.WINNOW_TOKEN;
  const authorization = bearer ? { authorization: `Bearer ${bearer}` } : undefined;

  async function request(path: string, init: RequestInit): Promise<Answered | undefined> {
    const headers = { ...init.headers, ...authorization };
    try {
      const response = await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.timeout(PATIENCE) });
      if (response.status === 401 || response.status === 403) throw new CommandFailed(keptOut(url, response, bearer));
      const text = await response.text();
      return { status: response.status, body: parse(text) };
    } catch (error) {
      if (isNobodyThere(error)) return undefined;
      if (error instanceof CommandFailed) throw error;
      throw new CommandFailed(`cannot talk to Winnow at ${url}: ${reasonOf(error)}`, 2, { cause: error });
    }
  }

  return {
    url,
    get: (path) => request(path, { method: 'GET' }),
    post: (path, body) =>
      request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
}

/** What an error answer says: the detail of a problem, else its status. */
export function detailOf({ status, body }: Answered): string {
  const { detail } = (typeof body === 'object' && body !== null ? body : {}) as { readonly detail?: unknown };
  return typeof detail === 'string' ? detail : `it answered ${status}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keptOut(url: string, { status }: Response, token: string | undefined): string {
  if (status === 403) return `Winnow at ${url} does not let this ${token ? 'token' : 'request'} do that`;
  return token
    ? `Winnow at ${url} does not know this token`
    : `Winnow at ${url} asks for credentials: give --token, or set WINNOW_TOKEN`;
}

const isNobodyThere = (error: unknown) =>
  (error as { readonly cause?: { readonly code?: string } }).cause?.code === 'ECONNREFUSED';

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { readonly cause?: Error & { readonly code?: string } };
  const isOfCertificate = /CERT|SELF_SIGNED|VERIFY/.test(cause?.code ?? '');
  const hint = isOfCertificate ? '. NODE_EXTRA_CA_CERTS may name the file of the authority that signed it' : '';
  return `${cause?.message || message}${hint}`;
}
