// Addresses of other services that a workload is configured with: env values, host and port pairs, arguments, ConfigMaps.
import type { Evidence } from '@winnow/contracts';
import { citeObject } from '../clue.ts';
import { endpointsIn, type Named } from './endpoints.ts';
import type { ObjectIndex } from './objects.ts';
import type { Workload } from './workloads.ts';

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly container: string;
  readonly target: Named | undefined;
  readonly evidence: Evidence;
}

const hostName =
  /(?:HOST|HOSTNAME|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER|SERVERS|SERVICE|BROKER|BROKERS|DSN|UPSTREAM|BACKEND|TARGET|NODE|NODES|MASTER|PRIMARY|PEER)S?$|_(?:HOST|ADDR|URL|URI|ENDPOINT|SERVER|SERVICE)_?/i;
const bareHost = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

/** Settings of a container (of all of them where absent) that name an address. */
export function settingsOf(objects: ObjectIndex, workload: Workload, container?: string): readonly Setting[] {
  return workload.containers
    .filter((each) => container === undefined || each.name === container)
    .flatMap(({ spec, name }) => {
      const env = valuesOf(objects, workload, spec);
      const at = (path: string, quote: string) => citeObject(workload.ref, `containers[${name}].${path}`, quote);
      const words = [...(spec?.command ?? []), ...(spec?.args ?? [])];
      return [
        ...env.map((each) => ({
          ...each,
          container: name,
          target: targetOf(each, env),
          evidence: at(`env ${each.name}`, `${each.name}=${each.value}`),
        })),
        ...words.map((value) => ({
          name: 'args',
          value,
          container: name,
          target: endpointsIn(value)[0] ?? serviceIn(objects, workload, value),
          evidence: at('args', value),
        })),
      ];
    });
}

interface Value {
  readonly name: string;
  readonly value: string;
}

function valuesOf(
  objects: ObjectIndex,
  workload: Workload,
  spec: Workload['containers'][number]['spec'],
): readonly Value[] {
  const configMap = (name: string | undefined) =>
    (name ? objects.get('ConfigMap', workload.namespace, name)?.data : undefined) ?? {};
  return [
    ...(spec?.envFrom ?? []).flatMap((each) =>
      Object.entries(configMap(each.configMapRef?.name)).map(([name, value]) => ({
        name: `${each.prefix ?? ''}${name}`,
        value,
      })),
    ),
    ...(spec?.env ?? []).flatMap((each) => {
      const from = each.valueFrom?.configMapKeyRef;
      const value = each.value ?? (from?.key ? configMap(from.name)[from.key] : undefined);
      return value === undefined ? [] : [{ name: each.name, value }];
    }),
  ];
}

function targetOf(each: Value, env: readonly Value[]): Named | undefined {
  if (each.value.length > 2048) return undefined;
  const written = endpointsIn(each.value)[0];
  if (written) return written;
  if (
    !hostName.test(each.name) ||
    !bareHost.test(each.value) ||
    /^\d+$/.test(each.value) ||
    /^(?:true|false)$/i.test(each.value)
  )
    return undefined;
  if (each.value === 'localhost' || each.value.startsWith('127.') || each.value === '0.0.0.0') return undefined;
  const stem = each.name.replace(/_?(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|ENDPOINT|URL)$/i, '');
  const port = env.find((other) => other.name.toUpperCase() === `${stem}_PORT`.toUpperCase())?.value;
  return { host: each.value, port: port && /^\d+$/.test(port) ? Number(port) : undefined };
}

/** Shell lines name Services as bare words: `nc -z redis-cache 6379`. */
function serviceIn(objects: ObjectIndex, workload: Workload, text: string): Named | undefined {
  if (text.length > 2048) return undefined;
  const words = text.split(/[\s:/'"()@=,;]+/);
  const at = words.findIndex(
    (word) => word.length > 2 && objects.get('Service', workload.namespace, word) !== undefined,
  );
  const host = words[at];
  if (host === undefined || host === workload.name) return undefined;
  const port = words[at + 1];
  return { host, port: port && /^\d{2,5}$/.test(port) ? Number(port) : undefined };
}
