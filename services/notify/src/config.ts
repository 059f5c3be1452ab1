// What an operator may set: read once, from the command line and the environment.
import { type NamedReceiver, namedReceiver } from './named-receiver.ts';

export interface NotifyConfig {
  readonly receivers: readonly NamedReceiver[];
  /** Where people reach Winnow, without a slash at its end; where it listens where absent. */
  readonly externalUrl?: string;
}

/**
 * `--notify`, then WINNOW_NOTIFY_URLS (separated by white space or commas), WINNOW_EXTERNAL_URL.
 * @throws Error that names what was wrong and what is expected, without a URL's secrets.
 */
export function readNotifyConfig(
  options: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): NotifyConfig {
  const set = (environment.WINNOW_NOTIFY_URLS ?? '').split(/[\s,]+/).filter((url) => url !== '');
  const receivers = [
    ...options.map((url) => namedReceiver(url, '--notify')),
    ...set.map((url) => namedReceiver(url, 'WINNOW_NOTIFY_URLS')),
  ];
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  const external = environment.WINNOW_EXTERNAL_URL;
  return { receivers: [...byName.values()], ...(external && { externalUrl: externalOf(external) }) };
}

function externalOf(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('WINNOW_EXTERNAL_URL takes an http or https URL, as in https://winnow.example.com');
  return text.replace(/\/+$/, '');
}
