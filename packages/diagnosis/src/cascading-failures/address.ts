// A workload calls a name or port that no Service has; or names do not resolve at all.
import { type EntityRef, entity } from '@winnow/contracts';
import { citeAbsence, citeChange, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { describe, edit, remedy } from '../remedy.ts';
import type { FailedCall } from '../world/calls.ts';
import { isUnwell } from '../world/health.ts';
import { type Setting, settingsOf } from '../world/settings.ts';
import { symptomsAround } from '../world/slowness.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

interface Wrong {
  readonly setting: Setting;
  readonly says: string;
}

/** A configured address of this cluster that cannot work: no Service has the name, or the Service has not the port. */
function wrongSetting(workload: Workload, world: World): Wrong | undefined {
  for (const setting of settingsOf(world.objects, workload)) {
    if (!setting.target || setting.name === 'args') continue;
    const { host, port } = setting.target;
    const target = world.services.resolve(host, port, workload.namespace);
    if (target.missing && looksInside(host, setting)) return { setting, says: `no Service is named ${host}` };
    const offered = (target.service?.object.spec?.ports ?? []).map((each) => each.port);
    const headless = target.service?.object.spec?.clusterIP === 'None';
    if (target.service && port !== undefined && offered.length > 0 && !headless && !offered.includes(port))
      return { setting, says: `Service ${target.service.ref.name} offers port ${offered.join(', ')}, not ${port}` };
  }
  return undefined;
}

/** A bare word may be anything (a topic, a bucket); with a port, a scheme or a telling name it is a host. */
function looksInside(host: string, setting: Setting): boolean {
  return (
    setting.target?.port !== undefined ||
    /[:/]/.test(setting.value) ||
    host.includes('.') ||
    /HOST|ADDR|SERVER|ENDPOINT|URL|URI/i.test(setting.name)
  );
}

const configuredWrong: Test<Workload> = (workload, world) => {
  const wrong = wrongSetting(workload, world);
  if (!wrong) return undefined;
  const place = `Service ${workload.namespace}/${wrong.setting.target?.host}`;
  return clue(
    0,
    `${wrong.setting.name} is ${wrong.setting.value}, but ${wrong.says}`,
    wrong.setting.evidence,
    citeAbsence(place, wrong.says),
  );
};

const complainsAboutIt: Test<Workload> = (workload, world) => {
  const wrong = wrongSetting(workload, world);
  const call = world.calls.find((each) => each.caller === workload && each.target.host === wrong?.setting.target?.host);
  return call && clue(0.75, 'its log complains about that address', call.line.evidence);
};

const initComplains: Test<Workload> = (workload, world) => {
  const line = world.logs.about(workload, 'refused', 'no-host', 'unreachable', 'timeout')[0];
  return line && clue(0.25, 'its log says that somebody cannot be reached', line.evidence);
};

const settingChanged: Test<Workload> = (workload, world) => {
  const wrong = wrongSetting(workload, world);
  const change = world
    .changesOf(workload.ref)
    .find((each) => each.diff.some((diff) => diff.path.includes(wrong?.setting.name ?? ' ')));
  const diff = change?.diff.find((each) => each.path.includes(wrong?.setting.name ?? ' '));
  return change && diff && clue(0.4, `it was changed at ${change.at}`, citeChange(change, diff));
};

const isWell: Test<Workload> = (workload, world) =>
  isUnwell(workload) || symptomsAround(workload, world).length > 0
    ? undefined
    : clue(0.7, 'the workload itself is well', citeObject(workload.ref, 'status', 'all pods ready'));

export const serviceAddressInvalid = defineMode<Workload>({
  id: 'service-address-invalid',
  headline: 'it is configured with an address that no Service has',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.35,
  required: [configuredWrong],
  supporting: [complainsAboutIt, initComplains, settingChanged],
  refuting: [isWell],
  summary: ({ name }) => `${name} calls a dependency by a name or port that does not exist in the cluster.`,
  remediation: (workload) => [
    edit(workload.ref, 'Correct the address in the environment'),
    remedy('See which Services there are', `kubectl get services -n ${workload.namespace}`, 'low'),
  ],
  neighbours: {
    'service-selector-mismatch': 'There the Service exists, and nobody is behind it.',
    'dns-resolution-failure': 'There names that exist do not resolve, for several callers.',
    'init-container-failure': 'The address is the deeper cause where an init container waits for it.',
  },
});

/** A host that a log says does not resolve, or an address that refuses, though nothing in the configuration names it. */
const namesUnknownHost: Test<Workload> = (workload, world) => {
  const call = world.calls.find(
    (each) => each.caller === workload && each.target.missing && !each.target.host.includes('.'),
  );
  if (!call || wrongSetting(workload, world)) return undefined;
  return clue(
    0,
    `it calls ${call.target.host}, and no Service has that name`,
    call.line.evidence,
    citeAbsence(`Service ${workload.namespace}/${call.target.host}`, 'no such Service'),
  );
};

export const loggedAddressInvalid = defineMode<Workload>({
  id: 'service-address-invalid',
  headline: 'it calls a Service that does not exist',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.65,
  required: [namesUnknownHost],
  refuting: [isWell],
  summary: ({ name }) => `${name} calls a name that no Service of its namespace has.`,
  remediation: (workload) => [
    edit(workload.ref, 'Correct the address'),
    remedy('See which Services there are', `kubectl get services -n ${workload.namespace}`, 'low'),
  ],
});

interface Resolver {
  readonly ref: EntityRef;
}

function resolvers(world: World): readonly Resolver[] {
  const dns = world.workloads.all.find(
    (each) => each.namespace === 'kube-system' && /dns/.test(each.name) && !/autoscal|node-?local/.test(each.name),
  );
  return [{ ref: dns?.ref ?? entity('Deployment', 'kube-system', 'coredns') }];
}

function unresolved(world: World): readonly FailedCall[] {
  return world.calls.filter(
    (each) =>
      each.target.service !== undefined && each.line.kinds.some((kind) => kind === 'no-host' || kind === 'dns-trouble'),
  );
}

/** Names that exist do not resolve: it is the resolver, not the name. */
const existingNamesFail: Test<Resolver> = (_, world) => {
  const failing = unresolved(world);
  const callers = new Set(failing.map((each) => each.caller.key));
  if (failing.length === 0) return undefined;
  return clue(
    callers.size > 1 ? 0.5 : 0.1,
    `names of Services that exist do not resolve for ${callers.size} workload${callers.size > 1 ? 's' : ''}`,
    ...failing.slice(0, 2).map((each) => each.line.evidence),
  );
};

const resolverUnwell: Test<Resolver> = (resolver, world) => {
  const workload = world.workloads.get(resolver.ref);
  return workload && isUnwell(workload)
    ? clue(0.5, 'the cluster DNS is not well', citeObject(resolver.ref, 'status', 'pods not ready'))
    : undefined;
};

export const dnsResolutionFailure = defineMode<Resolver>({
  id: 'dns-resolution-failure',
  headline: 'names do not resolve inside the cluster',
  victims: (_, world) => unresolved(world).map((each) => each.caller.ref),
  over: resolvers,
  blames: ({ ref }) => ref,
  base: 0.5,
  required: [existingNamesFail],
  supporting: [resolverUnwell],
  summary: () => 'Names that exist do not resolve: the cluster DNS, or the way to it, is in trouble.',
  remediation: ({ ref }) => [
    describe(ref, 'Look at the DNS pods'),
    remedy(
      'Read their logs',
      `kubectl logs -n ${ref.namespace} ${ref.kind.toLowerCase()}/${ref.name} --tail=100`,
      'low',
    ),
  ],
});
