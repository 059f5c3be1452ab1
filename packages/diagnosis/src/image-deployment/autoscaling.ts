// An autoscaler cannot act; a Helm release hangs.
import { entity, type KubeObject } from '@winnow/contracts';
import { citeAbsence, citeObject, citeSignal, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit } from '../remedy.ts';

type Autoscaler = Extract<KubeObject, { kind: 'HorizontalPodAutoscaler' }>;
const refOf = ({ metadata }: Autoscaler) => entity('HorizontalPodAutoscaler', metadata.namespace, metadata.name);

const cannotAct: Test<Autoscaler> = (scaler, world) => {
  const condition = scaler.status?.conditions?.find(
    (each) =>
      (each.type === 'ScalingActive' || each.type === 'AbleToScale') &&
      each.status === 'False' &&
      each.reason !== 'ScalingDisabled',
  );
  const aim = scaler.spec?.scaleTargetRef;
  const kind = aim?.kind;
  const seen =
    kind === 'Deployment' || kind === 'StatefulSet' ? world.objects.sees(kind, scaler.metadata.namespace) : false;
  if (aim?.name && kind && seen && !world.objects.has(entity(kind, scaler.metadata.namespace, aim.name)))
    return clue(
      0.5,
      `its target ${kind} ${aim.name} does not exist`,
      citeAbsence(`${kind} ${scaler.metadata.namespace}/${aim.name}`, `no such ${kind}`),
    );
  return (
    condition &&
    clue(
      0.4,
      `it says: ${condition.reason}`,
      citeObject(refOf(scaler), `status.conditions[${condition.type}]`, condition.message ?? condition.reason ?? ''),
    )
  );
};

const isReported: Test<Autoscaler> = (scaler, world) => {
  const signal = world.hasSymptom(refOf(scaler), 'autoscaler-unable');
  return signal && clue(0.2, '', citeSignal('event', signal));
};

export const autoscalingModes: readonly Mode[] = [
  defineMode<Autoscaler>({
    id: 'autoscaler-misconfigured',
    headline: 'it cannot scale its target',
    over: (world) => world.objects.all('HorizontalPodAutoscaler'),
    blames: refOf,
    base: 0.6,
    required: [cannotAct],
    supporting: [isReported],
    summary: ({ metadata }) => `Autoscaler ${metadata.name} cannot act.`,
    remediation: (scaler) => [
      describe(refOf(scaler), 'Read its conditions'),
      edit(refOf(scaler), 'Correct the target, or give the pods requests and the cluster metrics'),
    ],
  }),
];
