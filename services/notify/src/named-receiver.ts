// A receiver's URL may hold a secret (a token in its path, a password): everywhere but in the request it goes by a name.
import { createHash } from 'node:crypto';

export interface NamedReceiver {
  /** Its host and a mark that tells it from others there, `hooks.example.com#3fa9c01b`: the same at every start. */
  readonly name: string;
  /** Without user and password: these are in the header. */
  readonly url: string;
  /** An Alertmanager's own endpoint takes alerts; all others take webhooks. */
  readonly takes: 'webhooks' | 'alerts';
  /** For the header Authorization, where the URL had a user. */
  readonly authorization?: string;
}

/** @param from where it was given, for the error. @throws Error that shows nothing of the URL. */
export function namedReceiver(text: string, from: string): NamedReceiver {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(
      `${from} takes an http or https URL that takes Alertmanager's webhooks, as in https://hooks.example.com/alerts, or an Alertmanager's .../api/v2/alerts`,
    );
  const mark = createHash('sha256').update(url.href).digest('hex').slice(0, 8);
  const { username, password, host } = url;
  url.username = '';
  url.password = '';
  const takes = url.pathname.endsWith('/api/v2/alerts') ? 'alerts' : 'webhooks';
  const receiver = { name: `${host}#${mark}`, url: url.href, takes } as const;
  if (username === '' && password === '') return receiver;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { ...receiver, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
