// An Ingress that names a class, a backend or a TLS secret that does not exist, where objects of that kind are told of.
import { type EntityRef, entity, type KubeKind } from '@winnow/contracts';
import { isListed } from './listed.ts';
import { type Look, show } from './shown.ts';
import { objectKey } from './state.ts';
import type { Turn } from './turn.ts';

type Ingress = KubeKind<'Ingress'>;

export function shownByIngress(turn: Turn, ingress: Ingress): Look {
  const self = entity('Ingress', ingress.metadata.namespace, ingress.metadata.name);
  const missing = namedBy(ingress).filter((ref) => isMissing(turn, ref));
  const first = missing[0];
  if (!first) return { shown: [] };
  const message = missing.map((ref) => `${ref.kind} ${ref.name} does not exist.`).join(' ');
  const stamp = missing.map((ref) => `${ref.kind}/${ref.name}`).join(' ');
  return {
    shown: [
      show({ entity: self, symptom: 'ingress-broken', reason: `${first.kind}Missing`, message, stamp }, 'the Ingress'),
    ],
  };
}

function namedBy({ metadata, spec }: Ingress): EntityRef[] {
  const named: EntityRef[] = [];
  if (spec?.ingressClassName) named.push({ kind: 'IngressClass', name: spec.ingressClassName });
  const backends = [
    spec?.defaultBackend,
    ...(spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
  ];
  for (const backend of backends) {
    const service = backend?.service?.name ?? backend?.serviceName;
    if (service) named.push(entity('Service', metadata.namespace, service));
  }
  for (const { secretName } of spec?.tls ?? [])
    if (secretName) named.push(entity('Secret', metadata.namespace, secretName));
  return named.filter(
    (each, at) => named.findIndex((other) => other.kind === each.kind && other.name === each.name) === at,
  );
}

function isMissing(turn: Turn, ref: EntityRef): boolean {
  return isListed(turn, ref.kind, ref.namespace) && !turn.state.objects.has(objectKey(turn.scope, ref));
}
