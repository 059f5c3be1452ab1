// What it takes to ask an API server: headers, and TLS.
import type { Agent, RequestOptions } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

export interface TlsOptions extends Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface Access {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** Connections through a proxy, where the kubeconfig names one: for requests that end, and for watches. */
  readonly proxied?: { readonly requests: Agent; readonly watches: Agent };
  /** Changes with the TLS options: connections made with others are not to be used any more. */
  readonly tlsKey: string;
}

/** From the options that the client library's authenticators fill in. */
export function toAccess({ ca, cert, key, servername, rejectUnauthorized, headers, auth }: RequestOptions): Access {
  const all = { ca, cert, key, servername, rejectUnauthorized };
  const tls = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  // The library writes the names of these headers in more than one way; tokens of files may end in a line's end.
  const texts = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value).trim()] as const,
  );
  const basic = auth ? [['authorization', `Basic ${Buffer.from(auth).toString('base64')}`] as const] : [];
  return { headers: Object.fromEntries([...texts, ...basic]), tls, tlsKey: Object.values(all).map(String).join('|') };
}
