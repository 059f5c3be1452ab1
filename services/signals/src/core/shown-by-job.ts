// A Job that has failed for good, unless a later run of the same CronJob has succeeded since.
import { type EntityRef, entity, entityKey, type KubeKind } from '@winnow/contracts';
import { conditionOf, isTrue } from './conditions.ts';
import { objectsOf } from './selection.ts';
import { type Look, show } from './show.ts';
import { objectKey } from './state.ts';
import { HOUR, msOf } from './time.ts';
import type { Turn } from './turn.ts';

/** A failed Job is kept as an object until someone deletes it. */
const TOLD_FOR = 24 * HOUR;

export function shownByJob(turn: Turn, job: KubeKind<'Job'>, owner: EntityRef): Look {
  const failed = conditionOf(job.status?.conditions, 'Failed');
  if (!failed || !isTrue(failed)) return { shown: [] };
  const at = msOf(failed.lastTransitionTime);
  if ((at && turn.at - at > TOLD_FOR) || (owner.kind === 'CronJob' && hasSucceededSince(turn, job, owner)))
    return { shown: [] };
  const self = entity('Job', job.metadata.namespace, job.metadata.name);
  const { reason, message } = failed;
  const shown = show(
    { entity: owner, subject: self, symptom: 'job-failed', reason, message, since: at, stamp: self.name },
    'the Job',
  );
  return { shown: [shown], recheck: at ? at + TOLD_FOR + 1000 : undefined };
}

function hasSucceededSince(turn: Turn, job: KubeKind<'Job'>, owner: EntityRef): boolean {
  const created = msOf(job.metadata.creationTimestamp);
  return objectsOf(turn, 'Job', job.metadata.namespace).some((other) => {
    const row = turn.state.objects.get(
      objectKey(turn.scope, entity('Job', other.metadata.namespace, other.metadata.name)),
    );
    const later = msOf(other.metadata.creationTimestamp) > created;
    return later && row?.owner === entityKey(owner) && isTrue(conditionOf(other.status?.conditions, 'Complete'));
  });
}
