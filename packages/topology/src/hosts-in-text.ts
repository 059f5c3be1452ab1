// Finds hosts in a text of any kind: URLs, JDBC and other DSNs, `host:port` lists, names of cluster DNS, waiting loops of shells.
import { hostName, isClusterName, portOf } from './host-name.ts';

export interface HostPort {
  readonly host: string;
  readonly port?: number;
}

/** Schemes whose "host" is none that is called over the network. */
const localSchemes =
  /^(?:file|unix|data|urn|classpath|mailto|s3|gs|env|vault|secret|exec|npm|git\+file|chrome|about)$/i;
/** A list of URLs ends each where the next begins. */
const url = /\b([a-z][a-z0-9+.:-]*?):\/\/((?:(?!,[a-z][a-z0-9+.-]*:\/\/)[^\s"'`<>|\\^{}])+)/gi;

/** The hosts that a text names, each once, in the order of the text. */
export function hostsInText(text: string): readonly HostPort[] {
  if (text.length < 3) return [];
  const bounded = text.length > 65_536 ? text.slice(0, 65_536) : text;
  const rest = bounded.replace(url, ' ');
  return distinct([
    ...hostsInUrls(bounded),
    ...hostsInDsn(rest),
    ...hostsWithPort(rest),
    ...clusterNames(rest),
    ...hostsInCommands(rest),
  ]);
}

function hostsInUrls(text: string): HostPort[] {
  return [...text.matchAll(url)].flatMap(([, scheme = '', after = '']) =>
    localSchemes.test(scheme) ? [] : authorityHosts(after),
  );
}

/** `user:pass@a:1,b:2/path?x` → a:1, b:2. A password may hold anything but a slash: the last `@` counts. */
function authorityHosts(after: string): HostPort[] {
  // `dns:///host:port` leaves the authority empty.
  const authority = after.replace(/^\/+/, '').split(/[/?#;]/, 1)[0] ?? '';
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  return hosts.split(',').flatMap((each) => hostPort(each));
}

/** `host`, `host:port`; empty where it is neither. */
export function hostPort(text: string): HostPort[] {
  const parts = /^\[?([^\]:]+)\]?(?::(\d{1,5}))?[.)]?$/.exec(text.trim());
  const host = parts?.[1] === undefined ? undefined : hostName(parts[1]);
  if (host === undefined) return [];
  const port = portOf(parts?.[2]);
  return [port === undefined ? { host } : { host, port }];
}

/** `host=db port=5432`, `Server=tcp:db,1433;Database=x`, `user:pw@tcp(db:3306)/x`, `jdbc:oracle:thin:@db:1521:SID`. */
function hostsInDsn(text: string): HostPort[] {
  const found: HostPort[] = [];
  for (const [, host = ''] of text.matchAll(/@(?:tcp|udp)\(([^)]+)\)/gi)) found.push(...hostPort(host));
  for (const [, host = '', port = ''] of text.matchAll(/jdbc:oracle:\w+:(?:\S*?)@\/?\/?([\w.-]+):(\d+)/gi))
    found.push(...hostPort(`${host}:${port}`));
  for (const [, key = '', list = ''] of text.matchAll(
    /(?:^|[\s;"'])(host|hostaddr|server|data source|addr|address)=\s*(?:tcp:)?([^\s;"']+)/gi,
  ))
    found.push(...dsnHosts(key, list, text));
  return found;
}

/** libpq gives the port apart, SQL Server after a comma. */
function dsnHosts(key: string, list: string, text: string): HostPort[] {
  const comma = /^([\w.-]+),(\d{2,5})$/.exec(list);
  if (comma) return hostPort(`${comma[1]}:${comma[2]}`);
  const port = key.toLowerCase() === 'host' ? /(?:^|[\s;])port=\s*(\d{2,5})/i.exec(text)?.[1] : undefined;
  return list.split(',').flatMap((each) => hostPort(port && !each.includes(':') ? `${each}:${port}` : each));
}

/** `redis-cache:6379`, `kafka-0.kafka:9092,kafka-1.kafka:9092`. Below port 80 it is rather an image's tag. */
function hostsWithPort(text: string): HostPort[] {
  const pattern = /(?<![\w./:@$%{}-])([a-z0-9][a-z0-9.-]*[a-z0-9]|[a-z]):(\d{2,5})(?![\w.:-])/gi;
  return [...text.matchAll(pattern)].flatMap(([whole]) => hostPort(whole).filter((found) => (found.port ?? 0) >= 80));
}

/** Names that only cluster DNS knows need no port to be hosts. */
function clusterNames(text: string): HostPort[] {
  return [...text.matchAll(/(?<![\w./@-])[a-z0-9][a-z0-9.-]*\.svc(?:\.[a-z0-9.-]*[a-z0-9])?(?![\w-])/gi)].flatMap(
    ([name]) => {
      const host = hostName(name);
      return host !== undefined && isClusterName(host) ? [{ host }] : [];
    },
  );
}

/** `nc -z db 5432`, `pg_isready -h db -p 5432`, `nslookup orders`, `getent hosts orders`. */
function hostsInCommands(text: string): HostPort[] {
  const found: HostPort[] = [];
  for (const [, host = '', port = ''] of text.matchAll(
    /\b(?:nc|ncat|telnet)\s+(?:-\S+\s+(?:\d+\s+)?)*([a-z][\w.-]*)\s+(\d{2,5})/g,
  ))
    found.push(...hostPort(`${host}:${port}`));
  for (const [, host = ''] of text.matchAll(
    /\b(?:nslookup|getent hosts|ping(?:\s+-\S+(?:\s+\d+)?)*|dig)\s+([a-z][\w.-]*)/g,
  ))
    found.push(...hostPort(host));
  for (const [, args = ''] of text.matchAll(
    /\b(?:pg_isready|psql|mysql|mysqladmin|redis-cli|mongosh?|rabbitmqadmin|cqlsh)\b([^|;&\n]*)/g,
  ))
    found.push(...clientHosts(args));
  return found;
}

function clientHosts(args: string): HostPort[] {
  const host = /(?:^|\s)(?:-h\s*|--host[= ])([a-z][\w.-]*)/.exec(args)?.[1];
  const port = /(?:^|\s)(?:-[pP]\s*|--port[= ])(\d{2,5})/.exec(args)?.[1];
  return host === undefined ? [] : hostPort(port ? `${host}:${port}` : host);
}

/** Each host once, and without the bare one where it stands with a port as well. */
export function distinct(found: readonly HostPort[]): readonly HostPort[] {
  const withPort = new Set(found.flatMap((each) => (each.port === undefined ? [] : [each.host])));
  const seen = new Set<string>();
  return found.filter((each) => {
    if (each.port === undefined && withPort.has(each.host)) return false;
    const key = `${each.host}:${each.port ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
