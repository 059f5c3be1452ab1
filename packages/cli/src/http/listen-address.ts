import { CommandFailed } from '../failure.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9193`, `[::1]:9193`, `:9193` (all addresses), `9193` (this machine only). Port 0 takes any free one. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new CommandFailed(`--listen takes HOST:PORT such as 127.0.0.1:9193, not ${JSON.stringify(text)}`);
  }
  const host = match[1] ?? match[2] ?? '127.0.0.1';
  return { host: host === '' ? '::' : host, port };
}

/** True where only this machine can reach it. */
export function isLocal({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export function urlOf({ host, port }: ListenAddress, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
