// The names of what lies outside a single cluster, in one form whoever writes them.

/** `cart` → `docker.io/library/cart:latest`; a digest stands for the tag. Undefined for what is no name of an image. */
export function imageName(text: string): string | undefined {
  const bare = text.trim().replace(/^[a-z-]+:\/\//, '');
  if (bare === '' || /[\s"']/.test(bare) || bare.startsWith('sha256:')) return undefined;
  const [name = '', digest] = bare.split('@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const repository = withRegistry(colon < 0 ? name : name.slice(0, colon));
  if (digest !== undefined) return `${repository}@${digest}`;
  return `${repository}:${colon < 0 ? 'latest' : name.slice(colon + 1)}`;
}

/** The registry's host. @param image as {@link imageName} gives it. */
export const registryOfImage = (image: string): string => image.slice(0, image.indexOf('/'));

function withRegistry(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return repository;
  return `docker.io/${rest.length === 0 ? 'library/' : ''}${repository}`;
}

const hostName = '([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\\.[a-z]{2,})';
const failing: readonly RegExp[] = [
  new RegExp(`\\blookup ${hostName}\\.?(?: on \\S+)?: `, 'gi'),
  new RegExp(`\\bdial (?:tcp|udp) (?:lookup )?${hostName}:\\d+`, 'gi'),
  new RegExp(`(?:could not resolve|cannot resolve|connect to|connection to)(?: host)?:? "?${hostName}`, 'gi'),
];
const within = /(?:^|\.)(?:svc|local|localhost|localdomain)$|\.svc\./i;

/** Hosts outside the cluster that a message says cannot be reached, each once. */
export function unreachableHosts(message: string): readonly string[] {
  const text = message.slice(0, 2_000);
  const found = failing.flatMap((pattern) => [...text.matchAll(pattern)].map(([, host = '']) => host.toLowerCase()));
  return [...new Set(found)].filter(isOutside);
}

export const isOutside = (host: string): boolean =>
  !within.test(host) && /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/i.test(host);

/** A resolver on a public address: those of clusters have the same private one everywhere. */
export function publicResolver(message: string): string | undefined {
  const address = /\blookup \S+ on (\d+\.\d+\.\d+\.\d+):53/.exec(message)?.[1];
  return address && !/^(?:10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(address) ? address : undefined;
}

/** The authority that a message says is not trusted. */
export const untrustedAuthority = (message: string): string | undefined =>
  /(?:unknown authority|authority certificate|issuer)[^"]{0,200}"([^"]{1,200})"/i.exec(message)?.[1];
