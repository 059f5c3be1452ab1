// An Ingress that names a class, a backend or a TLS secret that does not exist, where objects of that kind are told of.
import { type EntityRef, entity, type KubeKind } from '@winnow/contracts';
import { isListed } from './listed.ts';
import { type Look, show } from './show.ts';
import { objectKey } from './state.ts';
import type { Turn } from './turn.ts';

type Ingress = KubeKind<'Ingress'>;

export function shownByIngress(turn: Turn, ingress: Ingress): Look {
  const self = entity('Ingress', ingress.metadata.namespace, ingress.metadata.name);
  const missing = namedBy(ingress).filter((ref) => isMissing(turn, ref));
  const first = missing[0];
  if (!first) return offersNoPort(turn, ingress, self);
  const message = missing.map((ref) => `${ref.kind} ${ref.name} does not exist.`).join(' ');
  const stamp = missing.map((ref) => `${ref.kind}/${ref.name}`).join(' ');
  return {
    shown: [
      show({ entity: self, symptom: 'ingress-broken', reason: `${first.kind}Missing`, message, stamp }, 'the Ingress'),
    ],
  };
}

function offersNoPort(turn: Turn, ingress: Ingress, self: EntityRef): Look {
  for (const { name, port } of backendsOf(ingress)) {
    const ref = entity('Service', ingress.metadata.namespace, name);
    const service = turn.state.objects.get(objectKey(turn.scope, ref))?.object;
    const offered = service?.kind === 'Service' ? (service.spec?.ports ?? []) : [];
    if (port === undefined || offered.length === 0) continue;
    if (offered.some((each) => each.port === port || each.name === port)) continue;
    const message = `Service ${name} has no port ${port}: it offers ${offered.map((each) => each.port).join(', ')}.`;
    const told = { entity: self, symptom: 'ingress-broken', reason: 'ServicePortMissing', message } as const;
    return { shown: [show({ ...told, stamp: `${name}:${port}` }, 'the Ingress')] };
  }
  return { shown: [] };
}

interface Backend {
  readonly name: string;
  readonly port: number | string | undefined;
}

function backendsOf({ spec }: Ingress): Backend[] {
  const backends = [
    spec?.defaultBackend,
    ...(spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
  ];
  return backends.flatMap((backend) => {
    const name = backend?.service?.name ?? backend?.serviceName;
    const port = backend?.service?.port?.number ?? backend?.service?.port?.name ?? backend?.servicePort;
    return name ? [{ name, port }] : [];
  });
}

function namedBy(ingress: Ingress): EntityRef[] {
  const { metadata, spec } = ingress;
  const named: EntityRef[] = [];
  if (spec?.ingressClassName) named.push({ kind: 'IngressClass', name: spec.ingressClassName });
  for (const { name } of backendsOf(ingress)) named.push(entity('Service', metadata.namespace, name));
  for (const { secretName } of spec?.tls ?? [])
    if (secretName) named.push(entity('Secret', metadata.namespace, secretName));
  return named.filter(
    (each, at) => named.findIndex((other) => other.kind === each.kind && other.name === each.name) === at,
  );
}

function isMissing(turn: Turn, ref: EntityRef): boolean {
  return isListed(turn, ref.kind, ref.namespace) && !turn.state.objects.has(objectKey(turn.scope, ref));
}
