// What can be said where nothing deeper is seen: a rollout that does not get on; creation that is refused.
import { citeEvent, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { describe, edit, remedy, rollback, target } from '../remedy.ts';
import { isShort } from '../world/health.ts';
import type { Workload } from '../world/workloads.ts';

const past: Test<Workload> = (workload, world) => {
  if (workload.ref.kind !== 'Deployment') return undefined;
  const object = world.objects.get('Deployment', workload.namespace, workload.name);
  const condition = object?.status?.conditions?.find(
    (each) => each.type === 'Progressing' && each.reason === 'ProgressDeadlineExceeded',
  );
  return (
    condition &&
    clue(
      0,
      'its rollout is past its deadline',
      citeObject(workload.ref, 'status.conditions[Progressing]', condition.message ?? condition.reason ?? ''),
    )
  );
};

export const rolloutStuck = defineMode<Workload>({
  id: 'rollout-stuck',
  headline: 'its rollout does not get on',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.4,
  depth: 2,
  required: [past],
  summary: ({ name }) => `The rollout of ${name} is past its deadline; why is not seen.`,
  remediation: ({ ref }) => [
    remedy('See where it stands', `kubectl rollout status ${target(ref)}`, 'low'),
    rollback(ref),
  ],
});

const refusedByAdmission: Test<Workload> = (workload, world) => {
  const event = world.events
    .of(workload, 'FailedCreate', 'ReplicaSetCreateError', 'FailedUpdate')
    .findLast((each) =>
      /admission webhook|violates PodSecurity|denied the request|ValidatingAdmissionPolicy|failed calling webhook|unable to validate against any (?:pod security|security context)/i.test(
        each.message,
      ),
    );
  if (!event || (workload.desired !== undefined && !isShort(workload))) return undefined;
  return clue(0.3, 'admission refuses its pods', citeEvent(event));
};

export const admissionRejected = defineMode<Workload>({
  id: 'admission-rejected',
  headline: 'admission refuses its pods',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.85,
  required: [refusedByAdmission],
  summary: ({ name }) => `An admission webhook or policy refuses the pods of ${name}.`,
  remediation: ({ ref }) => [
    describe(ref, 'Read what the policy asks for'),
    edit(ref, 'Change the pod template accordingly'),
  ],
});
