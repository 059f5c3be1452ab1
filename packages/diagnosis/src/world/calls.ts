// Failed calls: which workload complains about which other one, in its own log.
import { endpointsIn } from './endpoints.ts';
import type { LogKind } from './log-kinds.ts';
import type { LogLine, Logs } from './logs.ts';
import type { ObjectIndex } from './objects.ts';
import type { Services, Target } from './services.ts';
import { settingsOf } from './settings.ts';
import type { Workload, Workloads } from './workloads.ts';

export interface FailedCall {
  readonly caller: Workload;
  readonly target: Target;
  readonly line: LogLine;
}

/** Kinds of complaint that are about somebody else. */
export const outward: readonly LogKind[] = [
  'refused',
  'timeout',
  'no-host',
  'unreachable',
  'bad-response',
  'auth',
  'pool',
  'read-only-db',
  'certificate',
  'dns-trouble',
];

const MOST_PER_WORKLOAD = 80;

export function findFailedCalls(
  objects: ObjectIndex,
  workloads: Workloads,
  services: Services,
  logs: Logs,
): readonly FailedCall[] {
  return workloads.all.flatMap((caller) =>
    logs
      .about(caller, ...outward)
      .slice(0, MOST_PER_WORKLOAD)
      .flatMap((line) => targetsOf(line, caller, objects, services).map((target) => ({ caller, target, line }))),
  );
}

/** Whom a complaint is about: the endpoints that it names, else the one dependency of that nature that is configured. */
function targetsOf(line: LogLine, caller: Workload, objects: ObjectIndex, services: Services): readonly Target[] {
  const named = line.endpoints
    .map((each) => services.resolve(each.host, each.port, caller.namespace))
    .filter((each) => each.workload?.key !== caller.key);
  if (named.length > 0) return named;
  const configured = settingsOf(objects, caller, line.container).filter((each) => each.target !== undefined);
  const targets = configured.flatMap((each) =>
    endpointsIn(each.value).length > 0 || each.target
      ? [services.resolve(each.target!.host, each.target!.port, caller.namespace)]
      : [],
  );
  const distinct = [...new Map(targets.map((each) => [each.service?.key ?? each.host, each])).values()].filter(
    (each) => each.workload?.key !== caller.key && !each.external,
  );
  const written = distinct.filter((each) => hasWord(line.text, each.host));
  if (written.length > 0) return written;
  const others = services.all
    .filter(
      (each) =>
        each.ref.namespace === caller.namespace && isTelling(each.ref.name) && hasWord(line.text, each.ref.name),
    )
    .map((each) => services.resolve(each.ref.name, undefined, caller.namespace))
    .filter((each) => each.workload?.key !== caller.key);
  if (others.length > 0) return others;
  const store = /database|\bdb\b|sql|postgres|redis|mongo|cache|broker|queue|kafka|rabbit/i.exec(line.text)?.[0];
  const fitting = store ? distinct.filter((each) => natureOf(each.host) === natureOf(store)) : distinct;
  return fitting.length === 1 ? fitting : [];
}

/** Names of one short word may stand in a log for anything. */
const isTelling = (name: string) => name.includes('-') || name.length >= 6;

function hasWord(text: string, word: string): boolean {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0 || word.length < 3) return false;
  return !/[\w-]/.test(text.charAt(at - 1)) && !/[\w-]/.test(text.charAt(at + word.length));
}

function natureOf(text: string): string {
  if (/redis|cache|memcache|valkey/i.test(text)) return 'cache';
  if (/kafka|rabbit|broker|queue|nats|amqp/i.test(text)) return 'broker';
  return /sql|postgres|pg|mongo|database|\bdb\b|-db\b|maria|oracle|cockroach|data/i.test(text) ? 'database' : 'other';
}
