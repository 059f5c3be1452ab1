// An Ingress that leads nowhere: its class, a backend Service or port, or a TLS Secret does not exist.
import { entity, type KubeObject } from '@winnow/contracts';
import { type Clue, citeAbsence, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit, remedy } from '../remedy.ts';
import type { World } from '../world/world.ts';

type Ingress = Extract<KubeObject, { kind: 'Ingress' }>;
const refOf = ({ metadata }: Ingress) => entity('Ingress', metadata.namespace, metadata.name);

interface Backend {
  readonly name: string;
  readonly port: number | string | undefined;
}

export function backendsOf(ingress: Ingress): readonly Backend[] {
  const all = [
    ingress.spec?.defaultBackend,
    ...(ingress.spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
  ];
  return all.flatMap((backend) => {
    const name = backend?.service?.name ?? backend?.serviceName;
    const port = backend?.service?.port?.number ?? backend?.service?.port?.name ?? backend?.servicePort;
    return name ? [{ name, port }] : [];
  });
}

const brokenBackend = (ingress: Ingress, world: World): Clue | undefined => {
  const { namespace } = ingress.metadata;
  if (!world.objects.sees('Service', namespace)) return undefined;
  for (const { name, port } of backendsOf(ingress)) {
    const at = citeObject(refOf(ingress), 'spec.rules backend', `${name}:${port ?? ''}`);
    const service = world.services.get(namespace, name);
    if (!service)
      return clue(
        0.6,
        `its backend Service ${name} does not exist`,
        at,
        citeAbsence(`Service ${namespace}/${name}`, 'no such Service'),
      );
    const ports = service.object.spec?.ports ?? [];
    if (port !== undefined && ports.length > 0 && !ports.some((each) => each.port === port || each.name === port))
      return clue(
        0.55,
        `Service ${name} has no port ${port}`,
        at,
        citeObject(service.ref, 'spec.ports', ports.map((each) => each.port).join(', ')),
      );
  }
  return undefined;
};

const missingClass = (ingress: Ingress, world: World): Clue | undefined => {
  const name = ingress.spec?.ingressClassName ?? ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
  if (!name || !world.objects.sees('IngressClass') || world.objects.get('IngressClass', undefined, name))
    return undefined;
  return clue(
    0.5,
    `its class ${name} does not exist`,
    citeObject(refOf(ingress), 'spec.ingressClassName', name),
    citeAbsence(`IngressClass ${name}`, 'no such IngressClass'),
  );
};

const missingCertificate = (ingress: Ingress, world: World): Clue | undefined => {
  const { namespace } = ingress.metadata;
  if (!world.objects.sees('Secret', namespace)) return undefined;
  const name = (ingress.spec?.tls ?? [])
    .flatMap((each) => each.secretName ?? [])
    .find((each) => !world.objects.get('Secret', namespace, each));
  return name
    ? clue(0.5, `its TLS Secret ${name} does not exist`, citeAbsence(`Secret ${namespace}/${name}`, 'no such Secret'))
    : undefined;
};

const leadsNowhere: Test<Ingress> = (ingress, world) => {
  const found = [
    brokenBackend(ingress, world),
    missingClass(ingress, world),
    missingCertificate(ingress, world),
  ].flatMap((each) => each ?? []);
  return found.sort((a, b) => b.weight - a.weight)[0];
};

const toldBroken: Test<Ingress> = (ingress, world) => {
  const signal = world.hasSymptom(refOf(ingress), 'ingress-broken');
  return signal && clue(0.2, '', citeObject(refOf(ingress), 'state', signal.messages[0] ?? signal.reason));
};

export const ingressMisconfigured = defineMode<Ingress>({
  id: 'ingress-misconfigured',
  headline: 'it names a class, backend or certificate that does not exist',
  over: (world) => world.objects.all('Ingress'),
  blames: refOf,
  base: 0.7,
  required: [leadsNowhere],
  supporting: [toldBroken],
  summary: ({ metadata }) => `Ingress ${metadata.name} refers to something that does not exist.`,
  remediation: (ingress) => [
    edit(refOf(ingress), 'Correct the backend, class or TLS Secret'),
    remedy('See which Services there are', `kubectl get services -n ${ingress.metadata.namespace ?? 'default'}`, 'low'),
  ],
});
