// A Service that does not reach the pods that are meant: by selector, port or protocol.
import { entity, type Remediation } from '@winnow/contracts';
import { citeChange, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit, remedy, target } from '../remedy.ts';
import { meantBy } from '../world/meant.ts';
import { listeningPorts, portsOf } from '../world/ports.ts';
import type { ServiceView } from '../world/services.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type ServiceTest = Test<ServiceView>;

const selectsNothing: ServiceTest = (service, world) => {
  const chosen = Object.keys(service.selector).length > 0 && service.object.spec?.type !== 'ExternalName';
  if (!chosen || service.pods.length > 0 || service.selected.length > 0) return undefined;
  if (service.readyAddresses !== undefined && service.readyAddresses > 0) return undefined;
  if (!world.objects.sees('Pod', service.ref.namespace)) return undefined;
  return clue(
    0,
    'its selector matches no pod',
    citeObject(service.ref, 'spec.selector', JSON.stringify(service.selector)),
  );
};

const podsAreMeant: ServiceTest = (service, world) => {
  const meant = meantBy(service, world);
  if (!meant) return undefined;
  const labels = meant.workload.pods[0]?.metadata.labels ?? {};
  const pod = meant.workload.pods[0]!;
  return clue(
    Math.min(0.6, 0.15 * meant.score),
    `the pods of ${meant.workload.name} carry ${JSON.stringify(relevant(labels))} and run`,
    citeObject(
      entity('Pod', pod.metadata.namespace, pod.metadata.name),
      'metadata.labels',
      JSON.stringify(relevant(labels)),
    ),
  );
};

function relevant(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => !/hash|controller-|statefulset\.kubernetes|helm|revision/.test(key)),
  );
}

function ownSelector({ ref, namespace, name }: Workload, world: World): Readonly<Record<string, string>> | undefined {
  const kind = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).find((each) => each === ref.kind);
  return kind && world.objects.get(kind, namespace, name)?.spec?.selector?.matchLabels;
}

/** The labels by which the workload that is meant finds its own pods. */
function setSelector(service: ServiceView, world: World): readonly Remediation[] {
  const meant = meantBy(service, world)?.workload;
  if (!meant) return [];
  const labels = Object.entries(ownSelector(meant, world) ?? relevant(meant.labels));
  if (labels.length === 0) return [];
  const pairs = labels.map(([key, value]) => `${key}=${value}`).join(',');
  return [
    remedy(
      `Set the selector to the labels of the pods of ${meant.name}`,
      `kubectl set selector ${target(service.ref)} '${pairs}'`,
      'medium',
    ),
  ];
}

const hasNoEndpoints: ServiceTest = (service) =>
  service.readyAddresses === 0
    ? clue(0.3, 'there is no endpoint behind it', citeObject(service.ref, 'endpoints', 'no addresses'))
    : undefined;

export const callersFail: ServiceTest = (service, world) => {
  const call = world.calls.find((each) => each.target.service === service);
  return call && clue(0.25, `${call.caller.name} cannot reach it`, call.line.evidence);
};

const changedSince =
  (pattern: RegExp): ServiceTest =>
  (service, world) => {
    const change = world.changesOf(service.ref).find((each) => each.diff.some((diff) => pattern.test(diff.path)));
    const diff = change?.diff.find((each) => pattern.test(each.path));
    if (!change || !diff) return undefined;
    return clue(
      0.4,
      `${diff.path} was changed at ${change.at}${change.actor ? ` by ${change.actor}` : ''}`,
      citeChange(change, diff),
    );
  };

export const serviceSelectorMismatch = defineMode<ServiceView>({
  id: 'service-selector-mismatch',
  headline: 'its selector matches none of the pods that it is for',
  over: (world) => world.services.all,
  blames: ({ ref }) => ref,
  base: 0.75,
  required: [selectsNothing, podsAreMeant],
  supporting: [hasNoEndpoints, callersFail, changedSince(/selector/)],
  summary: ({ ref, selector }) =>
    `Service ${ref.name} selects ${JSON.stringify(selector)}, which no pod carries, though pods that it is for are there.`,
  remediation: (service, world) => [...setSelector(service, world), edit(service.ref, 'Or edit spec.selector')],
  neighbours: {
    'scaled-to-zero': 'There the template matches the selector, and no pods are wanted.',
    'service-port-mismatch': 'There pods are selected, and the port is wrong.',
    'dependency-unavailable': 'There pods are selected, and they are not ready.',
  },
});

const targetPortMisses: ServiceTest = (service, world) => {
  const workload = service.selected.find((each) => each.pods.length > 0) ?? service.selected[0];
  if (!workload) return undefined;
  const listening = listeningPorts(workload, world);
  if (listening.length === 0) return undefined;
  const wrong = (service.object.spec?.ports ?? []).find((port) => {
    const to = port.targetPort ?? port.port;
    return (
      port.protocol !== 'UDP' && to !== undefined && !listening.some((each) => each.number === to || each.name === to)
    );
  });
  if (!wrong) return undefined;
  const to = wrong.targetPort ?? wrong.port;
  return clue(
    0,
    `targetPort ${to} is none of the ports that ${workload.name} listens on (${listening.map((each) => each.number).join(', ')})`,
    citeObject(service.ref, `spec.ports[${wrong.name ?? wrong.port}]`, `port ${wrong.port} targetPort ${to}`),
    ...listening.slice(0, 2).map((each) => each.evidence),
  );
};

/** The port that callers are configured with is not one of the Service's. */
const portIsNotServed: ServiceTest = (service, world) => {
  const call = world.calls.find(
    (each) =>
      each.target.service === service &&
      each.target.port !== undefined &&
      !(service.object.spec?.ports ?? []).some((port) => port.port === each.target.port),
  );
  const served = (service.object.spec?.ports ?? []).map((port) => port.port);
  if (!call || served.length === 0 || service.object.spec?.clusterIP === 'None') return undefined;
  return clue(
    0,
    `${call.caller.name} calls port ${call.target.port}, and the Service offers ${served.join(', ')}`,
    call.line.evidence,
    citeObject(service.ref, 'spec.ports', served.join(', ')),
  );
};

const checkFails: ServiceTest = (service, world) => {
  const checks = world.dossier.checks.connectivity.filter(
    (each) => each.service === service.ref.name && each.namespace === service.ref.namespace,
  );
  if (checks.length === 0 || checks.some((each) => each.ok)) return undefined;
  return clue(0.4, 'it cannot be connected to from anywhere', {
    source: 'check',
    ref: `Service ${service.ref.namespace}/${service.ref.name}:${checks[0]!.port}`,
    quote: checks[0]!.output,
  });
};

export const checkSucceeds: ServiceTest = (service, world) => {
  const check = world.dossier.checks.connectivity.find(
    (each) => each.ok && each.service === service.ref.name && each.namespace === service.ref.namespace,
  );
  return (
    check &&
    clue(0.5, 'it can be connected to', {
      source: 'check',
      ref: `Service ${check.namespace}/${check.service}:${check.port}`,
      quote: check.output,
    })
  );
};

export const servicePortMismatch = defineMode<ServiceView>({
  id: 'service-port-mismatch',
  headline: 'its port does not lead to the port that the pods listen on',
  over: (world) => world.services.all,
  blames: ({ ref }) => ref,
  base: 0.6,
  required: [(service, world) => targetPortMisses(service, world)],
  supporting: [callersFail, checkFails, changedSince(/port/i)],
  refuting: [checkSucceeds],
  summary: ({ ref }) => `Service ${ref.name} forwards to a port on which its pods do not listen.`,
  remediation: (service) => [edit(service.ref, 'Set targetPort to the port that the container listens on')],
  neighbours: {
    'service-selector-mismatch': 'There no pods are selected.',
    'service-address-invalid': 'There the caller has the wrong name or port.',
  },
});

export const servicePortNotOffered = defineMode<ServiceView>({
  id: 'service-port-mismatch',
  headline: 'it does not offer the port that its callers use',
  over: (world) => world.services.all,
  blames: ({ ref }) => ref,
  base: 0.35,
  required: [portIsNotServed],
  supporting: [changedSince(/port/i), (service, world) => severalCallers(service, world)],
  summary: ({ ref }) => `Callers use a port that Service ${ref.name} does not offer.`,
  remediation: (service) => [edit(service.ref, 'Offer the port that callers use, or correct the callers')],
});

const severalCallers: ServiceTest = (service, world) => {
  const callers = new Set(
    world.calls.filter((each) => each.target.service === service).map((each) => each.caller.name),
  );
  return callers.size > 1 ? clue(0.4, `${callers.size} callers fail in the same way`) : undefined;
};

const protocolDiffers: ServiceTest = (service) => {
  const workload = service.selected[0];
  const wrong = (service.object.spec?.ports ?? []).find((port) => {
    const spoken =
      workload &&
      portsOf(workload).find((each) => each.number === (port.targetPort ?? port.port) || each.name === port.targetPort);
    return port.protocol !== undefined && spoken?.protocol !== undefined && spoken.protocol !== port.protocol;
  });
  if (!wrong) return undefined;
  return clue(
    0.3,
    `it declares ${wrong.protocol} where the container declares another protocol`,
    citeObject(service.ref, `spec.ports[${wrong.name ?? wrong.port}].protocol`, wrong.protocol ?? ''),
  );
};

/** Nearly nothing but DNS, QUIC, syslog, media and games speaks UDP or SCTP on purpose. */
const protocolIsOdd: ServiceTest = (service) => {
  const odd = (service.object.spec?.ports ?? []).find(
    (port) =>
      (port.protocol === 'UDP' || port.protocol === 'SCTP') &&
      ![53, 123, 161, 443, 514, 1812, 3478, 4789, 8125, 8472].includes(port.port ?? 0),
  );
  const alone =
    odd &&
    !(service.object.spec?.ports ?? []).some((port) => port.port === odd.port && (port.protocol ?? 'TCP') === 'TCP');
  if (!odd || !alone) return undefined;
  return clue(
    0,
    `port ${odd.port} is declared as ${odd.protocol}`,
    citeObject(service.ref, `spec.ports[${odd.name ?? odd.port}].protocol`, odd.protocol ?? ''),
  );
};

export const serviceProtocolMismatch = defineMode<ServiceView>({
  id: 'service-protocol-mismatch',
  headline: 'its port declares a protocol that the application does not speak',
  over: (world) => world.services.all,
  blames: ({ ref }) => ref,
  base: 0.5,
  required: [protocolIsOdd],
  supporting: [protocolDiffers, callersFail, checkFails, changedSince(/protocol/i)],
  summary: ({ ref }) =>
    `Service ${ref.name} declares a transport protocol that its pods do not speak, so nobody gets through.`,
  remediation: (service) => [edit(service.ref, 'Set the protocol of the port to TCP')],
});
