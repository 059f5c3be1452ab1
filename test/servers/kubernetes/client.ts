import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';

export interface RequestInit {
  readonly method?: string;
  /** Sent as JSON, if it is not text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the admin's. */
  readonly token?: string;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it is JSON, else text. */
  readonly body: Body;
}

export interface Client {
  /** Any status is an answer. @throws where no connection can be had. */
  request<Body = unknown>(path: string, init?: RequestInit): Promise<Answer<Body>>;
  close(): void;
}

/** Asks the API server at `url` with a bearer token. Connections are kept for later requests. */
export function createClient(url: string, caFile: string, token: string): Client {
  let agent: Agent | undefined;
  return {
    async request<Body>(path: string, init: RequestInit = {}) {
      agent ??= new Agent({ ca: readFileSync(caFile), keepAlive: true, maxSockets: 16 });
      return send<Body>(`${url}${path}`, agent, init.token ?? token, init);
    },
    close() {
      agent?.destroy();
      agent = undefined;
    },
  };
}

function send<Body>(url: string, agent: Agent, token: string, init: RequestInit): Promise<Answer<Body>> {
  const { method = 'GET', body, headers } = init;
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const sent = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    ...(content === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { agent, method, headers: sent }, async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        const isJson = response.headers['content-type']?.includes('json') ?? false;
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: (isJson ? JSON.parse(text) : text) as Body,
        });
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject).end(content);
  });
}
