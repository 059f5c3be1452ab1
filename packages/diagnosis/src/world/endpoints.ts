// Hosts and ports named in a text: URLs, host:port, the forms of common drivers.
export interface Named {
  readonly host: string;
  readonly port: number | undefined;
}

const host = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\\.[A-Za-z0-9-]{1,63}){0,6}';
const patterns = [
  new RegExp(`\\b[a-z][a-z0-9+.:-]{1,20}://(?:[^\\s/@"']+@)?(${host})(?::(\\d{2,5}))?`, 'g'),
  new RegExp(`host=["']?(${host})["']?,? ?port=["']?(\\d{2,5})`, 'gi'),
  new RegExp(`host(?:name)?[ =:]+["'](${host})["'](?: \\([\\d.]+\\))?,? port[ =:]+["']?(\\d{2,5})`, 'gi'),
  new RegExp(`(?:server|host|address|peer) (?:at )?["'](${host})["'](?: \\([\\d.:a-f]+\\))?,? port (\\d{2,5})`, 'gi'),
  new RegExp(`\\bport (\\d{2,5}) (?:on|of|at) (${host})`, 'gi'),
  new RegExp(`\\b(?:connect|connecting|connection) to (${host}) port (\\d{2,5})`, 'gi'),
  new RegExp(`(?:^|[\\s"'(\\[=@/,<])(${host})(?:/[\\d.]+)?:(\\d{2,5})(?=$|[\\s"')\\],/;.:>])`, 'g'),
  new RegExp(`\\blookup (${host})\\b`, 'g'),
  new RegExp(
    `(?:ENOTFOUND|EAI_AGAIN|UnknownHostException:|resolve host:?|translate host name|host not found in upstream|resolve)\\s+["']?(${host})`,
    'g',
  ),
  new RegExp(`(?:MySQL server on|[Hh]ost:?|upstream:?|server:?) ["'](${host})(?::(\\d{2,5}))?["']`, 'g'),
] as const;

/** Endpoints in the order of the text, without repeats; times, versions and file:line are no endpoints. */
export function endpointsIn(text: string): readonly Named[] {
  const found = new Map<string, Named & { at: number }>();
  const line = text.length > 2000 ? text.slice(0, 2000) : text;
  if (hasForeignScheme(line)) return [];
  for (const [index, pattern] of patterns.entries())
    for (const match of line.matchAll(pattern)) {
      const swapped = index === 4;
      const name = (swapped ? match[2] : match[1]) ?? '';
      const port = swapped ? match[1] : match[2];
      if (!plausible(name, port, index >= 7)) continue;
      const key = `${name}:${port ?? ''}`;
      if (!found.has(key)) found.set(key, { host: name, port: port ? Number(port) : undefined, at: match.index });
    }
  return [...found.values()]
    .filter((each) => each.port !== undefined || ![...found.values()].some((one) => one.host === each.host && one.port))
    .sort((a, b) => a.at - b.at)
    .map(({ host: name, port }) => ({ host: name, port }));
}

function plausible(name: string, port: string | undefined, named: boolean): boolean {
  if (/^\d+$/.test(name) || name === '0.0.0.0' || name === 'localhost' || name.startsWith('127.')) return false;
  if (
    /\.(?:go|py|js|ts|java|rb|cs|php|rs|c|cc|cpp|kt|scala|mjs|cjs|jsx|tsx|html|xml|json|yaml|yml|conf|sh|so|log)$/i.test(
      name,
    )
  )
    return false;
  if (port && (Number(port) > 65535 || Number(port) < 20)) return false;
  return named || port !== undefined || name.length > 2;
}

const network =
  /^(?:jdbc:)?(?:https?|wss?|tcp|udp|tls|ssl|grpcs?|rediss?|redis-sentinel|valkeys?|postgres(?:ql)?(?:\+\w+)?|mysql(?:\+\w+)?|mariadb(?:\+\w+)?|mongodb(?:\+srv)?|amqps?|nats|kafka|memcached?|ldaps?|smtps?|mqtts?|sqlserver|mssql|oracle|clickhouse|cassandra|cockroachdb|neo4j|bolt|etcd|zk|zookeeper|pulsar|dns|ftp|sftp|ssh|http2|h2c?|thrift|pyro|otlp|jaeger|zipkin|elasticsearch|opensearch|consul|vault):/i;

/** A value that is one URI of something that is no server: a bucket, a file, an object of an API. */
function hasForeignScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.:-]{1,20}:\/\//i.test(text) && !network.test(text);
}
