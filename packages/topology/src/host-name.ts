// What may be a host's name, and what only looks like one.

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const hostPattern = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');
const singleLabel = new RegExp(`^${label}$`);
const address = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const ownAddress = /^(?:localhost|localhost\.localdomain|127\.\d+\.\d+\.\d+|0\.0\.0\.0|169\.254\.\d+\.\d+)$/i;
const file =
  /\.(?:ya?ml|json|js|mjs|ts|py|sh|rb|jar|war|class|java|go|php|html?|css|txt|log|conf|cfg|ini|toml|env|xml|properties|pem|crt|key|cert|sock|pid|db|sqlite|csv|md|so|exe|tar|gz|zip|lua|sql|tpl|template|png|svg)$/i;

/** Words that stand where a host could stand, and are none. */
const words = new Set(
  'true false yes no on off none null nil auto default undefined enabled disabled port ports timeout ttl uid gid user users size limit limits retries max min level id pid http https tcp udp grpc any all host hosts name server interval delay code status line column version image tag'.split(
    ' ',
  ),
);

/** The host in lower case without its last dot; undefined where the text is no host that one could call. */
export function hostName(text: string): string | undefined {
  if (text.length > 253 || !hostPattern.test(text)) return undefined;
  const host = text.toLowerCase().replace(/\.$/, '');
  if (address.test(host)) return ownAddress.test(host) || !isAddress(host) ? undefined : host;
  if (ownAddress.test(host) || words.has(host) || file.test(host)) return undefined;
  return isName(text, host) ? host : undefined;
}

function isAddress(host: string): boolean {
  return host.split('.').every((part) => Number(part) < 256);
}

/** Kubernetes' own names are in lower case; versions and numbers end in digits alone. */
function isName(text: string, host: string): boolean {
  const labels = host.split('.');
  if (labels.length === 1) return singleLabel.test(text) && /[a-z]/.test(host) && !/^v?\d+[a-z]?\d*$/.test(host);
  return /^[a-z]/.test(labels.at(-1) ?? '') && !/^v?\d+$/.test(labels[0] ?? '');
}

/** True for a name that only cluster DNS knows: `orders.shop.svc`, `orders.shop.svc.cluster.local`. */
export function isClusterName(host: string): boolean {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+){1,2}\.svc(?:\.|$)/.test(host);
}

/** A port from 1 to 65535, or undefined. */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text.trim())) return undefined;
  const port = Number(text);
  return port > 0 && port < 65536 ? port : undefined;
}
