// What probes ask, and how they fail.
import type { EventItem, Probe } from '@winnow/contracts';
import { announcedPorts, type Port, portsOf } from './ports.ts';
import type { ContainerView } from './workloads.ts';
import type { World } from './world.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';
export type Failure = 'refused' | 'timeout' | 'status' | 'protocol' | 'exec' | 'other';

export interface ProbeView {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly handler: 'http' | 'tcp' | 'grpc' | 'exec';
  /** The port number asked; undefined for exec. A named port that no container has is `unnamed`. */
  readonly port: number | undefined;
  readonly portName: string | undefined;
}

export function probeOf(container: ContainerView, kind: ProbeKind): ProbeView | undefined {
  const probe = container.spec?.[`${kind}Probe`];
  if (!probe) return undefined;
  const handler = probe.httpGet ? 'http' : probe.tcpSocket ? 'tcp' : probe.grpc ? 'grpc' : 'exec';
  const asked = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? commandPort(probe);
  const byName = portsOf(container.workload).find((each) => each.name === asked)?.number;
  const port = typeof asked === 'number' ? asked : asked !== undefined && /^\d+$/.test(asked) ? Number(asked) : byName;
  return {
    kind,
    probe,
    handler,
    port,
    portName: typeof asked === 'string' && !/^\d+$/.test(asked) ? asked : undefined,
  };
}

/** `grpc_health_probe -addr=:8080`, `nc -z localhost 8080`, `curl http://127.0.0.1:8080/`. */
function commandPort(probe: Probe): number | undefined {
  const text = (probe.exec?.command ?? []).join(' ');
  const match = /(?:localhost|127\.0\.0\.1|0\.0\.0\.0|addr=|-p)[ :=]*:?(\d{2,5})\b|:(\d{2,5})(?:\/|\s|$)/.exec(text);
  return match ? Number(match[1] ?? match[2]) : undefined;
}

export interface ProbeFailure {
  readonly failure: Failure;
  readonly event: EventItem;
}

const failures: readonly [Failure, RegExp][] = [
  [
    'protocol',
    /malformed HTTP|HTTP\/1\.x transport|server gave HTTP response to HTTPS|first record does not look like a TLS|malformed HTTP status|unknown service grpc\.health|Unimplemented|HTTP\/2|http2|error reading server preface|frame too large|unexpected HTTP|invalid protocol|bad record MAC|tls: /i,
  ],
  [
    'status',
    /statuscode: ?\d{3}|status code:? ?\d{3}|NOT_SERVING|\b[45]\d\d\b.*(?:error|not found|forbidden|unauthorized)/i,
  ],
  ['refused', /connection refused/i],
  ['timeout', /timed? ?out|deadline exceeded|Client\.Timeout|i\/o timeout|awaiting headers|timeout:/i],
  ['protocol', /connection reset|: EOF|unexpected EOF|broken pipe/i],
  [
    'exec',
    /executable file not found|no such file|exec failed|command .* exited|OCI runtime exec|not found in \$PATH/i,
  ],
];

/** How a probe of a container failed, newest last. */
export function probeFailures(container: ContainerView, kind: ProbeKind, world: World): readonly ProbeFailure[] {
  const word = new RegExp(`^\\s*(?:container \\S+ )?${kind} probe (?:failed|errored|warning)`, 'i');
  return world.events
    .of(container.workload, 'Unhealthy', 'ProbeWarning')
    .filter((event) => word.test(event.message) && isOf(container, event))
    .map((event) => ({ event, failure: failures.find(([, pattern]) => pattern.test(event.message))?.[0] ?? 'other' }));
}

function isOf(container: ContainerView, event: EventItem): boolean {
  if (event.container) return event.container === container.name;
  const probed = container.workload.containers.filter(
    (each) => each.spec?.livenessProbe || each.spec?.readinessProbe || each.spec?.startupProbe,
  );
  if (probed.length <= 1) return !container.init;
  const port = /:(\d{2,5})\b/.exec(event.message)?.[1];
  return (
    port === undefined ||
    probed.filter((each) => asks(each, Number(port))).length === 0 ||
    asks(container, Number(port))
  );
}

function asks(container: ContainerView, port: number): boolean {
  return (['liveness', 'readiness', 'startup'] as const).some((kind) => probeOf(container, kind)?.port === port);
}

/** Ports on which the container may answer: those that it announces, and those that it declares. */
export function openPorts(container: ContainerView, world: World): readonly Port[] {
  return [...portsOf(container.workload, container.name), ...announcedPorts(container, world)];
}
