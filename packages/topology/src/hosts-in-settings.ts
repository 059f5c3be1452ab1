// Finds hosts in named values (environment variables, flags, keys of config files): the name says whether a bare word is a host.
import { hostName, portOf } from './host-name.ts';
import { distinct, type HostPort, hostPort, hostsInText } from './hosts-in-text.ts';

/** A named value, and where it stands: `env REDIS_HOST`. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

export interface FoundHost {
  readonly host: string;
  readonly port?: number | undefined;
  readonly from: string;
}

const words =
  'host|hostname|hosts|addr|addrs|address|addresses|server|servers|service|svc|endpoint|endpoints|url|urls|uri|uris';
const more =
  'broker|brokers|nodes|seeds|peers|upstream|upstreams|backend|backends|dsn|primary|replica|replicas|fqdn|contactpoints';
const hostKey = new RegExp(`(?:^|[_.\\-/])(?:${words}|${more})$`, 'i');
const hostKeyCamel = /(?:Host|Hostname|Hosts|Addr|Address|Server|Servers|Endpoint|Endpoints|Url|URL|Uri|URI|Brokers?)$/;
const portKey = /(?:^|[_.\-/])port$|Port$/i;
/** Names of what is listened on, allowed, or not called: never a dependency. */
const notCalled =
  /image|version|(?:^|[_.-])tag$|bind|listen|advertis|allow|trusted|cors|no_proxy|noproxy|virtual_?host|email|pod_?ip|pod_?name|node_?name|server_?name$|log_?level/i;

/** The hosts that these settings name. `$(NAME)` and `${NAME}` stand for an earlier value of that name. */
export function hostsInSettings(settings: readonly Setting[]): readonly FoundHost[] {
  const values = new Map<string, string>();
  const found: FoundHost[] = [];
  for (const setting of settings) {
    const value = expand(setting.value, values);
    values.set(setting.name, value);
    // A shell sets HOSTNAME to the container's own name.
    if (setting.name === 'HOSTNAME' || notCalled.test(setting.name)) continue;
    for (const each of hostsOf(setting.name, value, settings)) found.push({ ...each, from: setting.from });
  }
  return found;
}

function expand(value: string, values: ReadonlyMap<string, string>): string {
  if (!value.includes('$')) return value;
  return value.replace(/\$[({]([A-Za-z_][\w.-]*)[)}]/g, (whole, name: string) => values.get(name) ?? whole);
}

function hostsOf(name: string, value: string, settings: readonly Setting[]): readonly HostPort[] {
  const text = value.trim();
  const named = hostKey.test(name) || hostKeyCamel.test(name);
  if (!named) return hostsInText(text);
  const list = text.split(/[,;\s]+/).filter((each) => each !== '');
  const bare = list.flatMap((each) => hostPort(each.replace(/^["']|["']$/g, '')));
  if (bare.length < list.length || bare.length === 0) return hostsInText(text);
  return distinct(bare.map((each) => (each.port === undefined ? withPort(each, name, settings) : each)));
}

/** REDIS_HOST goes with REDIS_PORT, db.host with db.port, dbHost with dbPort. */
function withPort(found: HostPort, name: string, settings: readonly Setting[]): HostPort {
  const stem = stemOf(name);
  const partner = settings.find((each) => portKey.test(each.name) && stemOf(each.name) === stem);
  const port = portOf(partner?.value);
  return port === undefined ? found : { ...found, port };
}

function stemOf(name: string): string {
  return name
    .replace(/[_.\-/]?(?:hostname|hosts?|addr(?:ess)?|servers?|service|svc|endpoints?|url|uri|port)$/i, '')
    .toLowerCase();
}

/** `--redis-addr=redis:6379`, `--host redis`, `redis:6379`, and shell scripts: an argument with its flag is a setting. */
export function settingsOfArguments(args: readonly string[], from: string): readonly Setting[] {
  const settings: Setting[] = [];
  for (let i = 0; i < args.length; i++) {
    const text = args[i] ?? '';
    const flag = /^--?([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(text);
    const value = flag?.[2] ?? (flag ? valueAfter(args[i + 1]) : undefined);
    if (flag?.[1] && value !== undefined) settings.push({ name: flag[1], value, from: `${from} --${flag[1]}` });
    else if (!flag) settings.push({ name: '', value: text, from });
    if (flag && flag[2] === undefined && value !== undefined) i++;
  }
  return settings;
}

function valueAfter(next: string | undefined): string | undefined {
  return next === undefined || next.startsWith('-') ? undefined : next;
}

/** Lines `key=value`, `key: value`, `"key": "value"` of a config file are settings; all others are text. */
export function settingsOfConfig(key: string, content: string, from: string): readonly Setting[] {
  const lines = content.split('\n');
  if (lines.length === 1) return [{ name: key, value: content, from }];
  return lines.slice(0, 2000).flatMap((line) => lineSetting(line, from));
}

function lineSetting(line: string, from: string): Setting[] {
  const text = line.trim();
  if (text === '' || /^(?:#|\/\/|;|--)/.test(text)) return [];
  const pair = /^["']?([A-Za-z][\w.\-/]*)["']?\s*(?:=|:(?=\s|["']))\s*(.*?),?$/.exec(text);
  if (!pair) return [{ name: '', value: text, from }];
  const value = (pair[2] ?? '').replace(/^["']|["']$/g, '');
  return [{ name: pair[1] ?? '', value: value.replace(/\s+#.*$/, ''), from: `${from} ${pair[1]}` }];
}

/** A host that stands alone, e.g. a probe's. */
export function bareHost(text: string | undefined): string | undefined {
  return text === undefined ? undefined : hostName(text);
}
