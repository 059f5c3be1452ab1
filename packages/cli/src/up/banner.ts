// What `up` says on stderr when it has started.
import type { Access } from '@winnow/http-auth';
import type { Sqlite } from '@winnow/sqlite';
import { isLocal, type ListenAddress, urlOf } from '../http/listen-address.ts';

export interface BannerFacts {
  readonly address: ListenAddress;
  readonly access: Pick<Access, 'authenticates' | 'https'>;
  readonly data: string;
  readonly cluster: string;
  readonly example: boolean;
  readonly size: ReturnType<Sqlite['size']>;
  /** The live ones that are watched. */
  readonly clusters: readonly { readonly name: string; readonly server: string }[];
  /** Names of those who are told of incidents. */
  readonly receivers: readonly string[];
}

export function bannerOf({ address, access, data, cluster, example, size, clusters, receivers }: BannerFacts): string {
  const url = urlOf(address, access.https ? 'https' : 'http');
  const lines = [
    'Winnow is up.',
    `  alerts      POST ${url}/api/v2/alerts (as Prometheus sends), ${url}/webhooks/alertmanager, grafana, datadog, pagerduty, cloudevents, audit`,
    `  incidents   ${url}/api/v1/incidents, ${url}/api/v1/incidents/stream, and below as they are explained`,
    `  data        ${data} (${Math.ceil(size.used / 1024 / 1024)} MiB), cluster "${cluster}" where an alert names none`,
    ...(clusters.length > 0 && !clusters.some(({ name }) => name === cluster)
      ? [`              give --cluster ${clusters[0]?.name} to have such alerts belong to a cluster that is watched`]
      : []),
    ...clusters.map(({ name, server }) => `  watches     ${name} (${server}); \`winnow status\` says how it stands`),
    receivers.length > 0
      ? `  tells       ${receivers.join(', ')}`
      : '  tells       nobody until --notify URL is set: it explains here and over HTTP',
    ...openness(address, access),
    ...(example
      ? ['', 'Nothing has arrived yet. Until then it plays the bundled example, as cluster "example", in memory only.']
      : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

function openness(address: ListenAddress, { authenticates, https }: BannerFacts['access']): readonly string[] {
  if (authenticates) {
    const bare =
      https || isLocal(address) ? '' : ', which pass unencrypted: put TLS before it or set WINNOW_TLS_CERT_FILE';
    return [`  open to     those who have credentials${bare}`];
  }
  if (isLocal(address)) return ['  open to     this machine alone, since there are neither credentials nor TLS'];
  return ['  open to     whoever reaches this address: nobody is asked for credentials; keep it inside your network'];
}
