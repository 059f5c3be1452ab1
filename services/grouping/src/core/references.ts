// The rare things that a signal names: unrelated signals seldom share them by chance.
import type { Signal } from '@winnow/contracts';

const inNamespace = ['secret', 'configmap', 'serviceaccount', 'claim', 'quota'];
const inCluster = ['storageclass', 'priorityclass', 'runtimeclass', 'webhook'];

const found =
  /(secret|configmap|serviceaccount|persistentvolumeclaim|storageclass(?:\.storage\.k8s\.io)?|runtimeclass(?:\.node\.k8s\.io)?) "([^"]+)" not found/gi;
const quota = /exceeded quota: ([a-z0-9][a-z0-9.-]*)/g;
const webhook = /failed calling webhook "([^"]+)"|admission webhook "([^"]+)" denied/g;
const registryDown =
  /no such host|dial tcp|i\/o timeout|connection refused|toomanyrequests|too many requests|429|x509|tls:|server misbehaving|unexpected status.*: 5\d\d|service unavailable/i;
const namesDoNotResolve =
  /no such host|server misbehaving|name resolution|could not resolve|cannot resolve|NXDOMAIN|EAI_AGAIN|ENOTFOUND|unknown host|name or service not known/i;

/** `secret|shop/db-credentials`, `registry|ghcr.io`, …: sorted, each once. */
export function referencesOf(signal: Signal): readonly string[] {
  const namespace = signal.entity.kind === 'Namespace' ? signal.entity.name : (signal.entity.namespace ?? '');
  const names = [...attributeReferences(signal), ...messageReferences(signal)].map(([key, name]) =>
    inNamespace.includes(key) ? `${key}|${namespace}/${name}` : `${key}|${name}`,
  );
  return [...new Set([...names, ...imageReferences(signal), ...schedulingReferences(signal)])].sort();
}

type Reference = readonly [key: string, name: string];

function attributeReferences(signal: Signal): Reference[] {
  return Object.entries(signal.attributes).flatMap(([key, value]): Reference[] => {
    const name = alias(key);
    return value !== '' && [...inNamespace, ...inCluster].includes(name)
      ? [[name, value.split('/').at(-1) ?? value]]
      : [];
  });
}

function messageReferences(signal: Signal): Reference[] {
  return signal.messages.flatMap((message): Reference[] => [
    ...[...message.matchAll(found)].map(([, kind = '', name = '']): Reference => [alias(kind), name]),
    ...[...message.matchAll(quota)].map(([, name = '']): Reference => ['quota', name]),
    ...[...message.matchAll(webhook)].map(([, one, two]): Reference => ['webhook', one ?? two ?? '']),
  ]);
}

function alias(key: string): string {
  const name = key.toLowerCase().replace(/\..*$/, '').replace(/[_-]/g, '');
  return name === 'persistentvolumeclaim' || name === 'pvc' ? 'claim' : name;
}

/**
 * What the scheduler says of the nodes themselves (cordoned, tainted, full, not ready): pods that it turns away in the same words at the
 * same time are turned away by the same nodes. Words about the pod alone (its requests, its selector) tell nothing, and a taint beside
 * such words neither: tainted control-plane nodes are in every message.
 */
function schedulingReferences(signal: Signal): string[] {
  if (signal.symptom !== 'unschedulable') return [];
  const told = signal.messages.map((message) => /\d+\/\d+ nodes are available: ([^.]*)/.exec(message)?.[1] ?? '');
  const ofNodes = told.filter(
    (reasons) =>
      /unschedulable|pressure|not ready|unreachable|too many pods/i.test(reasons) ||
      (/untolerated taint/i.test(reasons) &&
        !/insufficient|didn't match|anti-affinity|volume|free ports/i.test(reasons)),
  );
  return ofNodes.map((reasons) => `scheduling|${reasons.split(', ').sort().join(', ')}`);
}

/** An image that cannot be pulled, and its registry where that is what fails. */
function imageReferences(signal: Signal): string[] {
  const image = signal.attributes.image;
  if (signal.symptom !== 'image-pull' || !image) return [];
  const registry = registryDown.test(signal.messages.join('\n')) ? [`registry|${registryOf(image)}`] : [];
  return [`image|${image}`, ...registry];
}

function registryOf(image: string): string {
  const first = image.split('/', 1)[0] ?? '';
  return image.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

/** The signal's own words say that names do not resolve. */
export function blamesNames(signal: Signal): boolean {
  return signal.symptom !== 'image-pull' && signal.messages.some((message) => namesDoNotResolve.test(message));
}
