// What `up` says on stderr when it has started.
import type { Sqlite } from '@winnow/sqlite';
import { isLocal, type ListenAddress, urlOf } from './listen-address.ts';

export interface BannerFacts {
  readonly address: ListenAddress;
  readonly data: string;
  readonly cluster: string;
  readonly example: boolean;
  readonly size: ReturnType<Sqlite['size']>;
}

export function bannerOf({ address, data, cluster, example, size }: BannerFacts): string {
  const url = urlOf(address);
  const lines = [
    'Winnow is up.',
    `  alerts      POST ${url}/api/v2/alerts (as Prometheus sends), ${url}/webhooks/alertmanager, /webhooks/pagerduty, /webhooks/audit`,
    `  incidents   ${url}/api/v1/incidents, ${url}/api/v1/incidents/stream, and below as they are explained`,
    `  data        ${data} (${Math.ceil(size.used / 1024 / 1024)} MiB), cluster "${cluster}" where an alert names none`,
    '  tells       nobody by itself yet: it explains here and over HTTP',
    ...(isLocal(address)
      ? []
      : ['  open to     whoever reaches this address: there is no login; keep it inside your network']),
    ...(example
      ? ['', 'Nothing has arrived yet. Until then it plays the bundled example, as cluster "example", in memory only.']
      : []),
  ];
  return `${lines.join('\n')}\n\n`;
}
