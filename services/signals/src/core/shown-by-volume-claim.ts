// A claim that is not bound, unless it waits for its first consumer and has none.
import { entity, type KubeKind } from '@winnow/contracts';
import { isListed } from './listed.ts';
import { objectsOf } from './selection.ts';
import { type Look, show } from './show.ts';
import { objectKey } from './state.ts';
import type { Turn } from './turn.ts';

type VolumeClaim = KubeKind<'PersistentVolumeClaim'>;

export function shownByVolumeClaim(turn: Turn, claim: VolumeClaim): Look {
  const phase = claim.status?.phase;
  if (phase !== 'Pending' && phase !== 'Lost') return { shown: [] };
  const self = entity('PersistentVolumeClaim', claim.metadata.namespace, claim.metadata.name);
  const since = claim.metadata.creationTimestamp;
  const storageclass = claim.spec?.storageClassName;
  const told = { entity: self, symptom: 'claim-pending', since, attributes: { storageclass } } as const;
  if (phase === 'Lost')
    return { shown: [show({ ...told, reason: 'Lost', message: 'Its volume is lost.' }, 'the claim')] };
  const reason = unbound(turn, claim);
  return reason ? { shown: [show({ ...told, ...reason }, 'the claim')] } : { shown: [] };
}

function unbound(turn: Turn, claim: VolumeClaim): { reason: string; message: string } | undefined {
  const name = claim.spec?.storageClassName;
  const known = name
    ? turn.state.objects.get(objectKey(turn.scope, { kind: 'StorageClass', name }))?.object
    : undefined;
  if (name && !known && isListed(turn, 'StorageClass')) {
    return { reason: 'StorageClassMissing', message: `storageclass.storage.k8s.io "${name}" not found` };
  }
  const waits = known?.kind === 'StorageClass' && known.volumeBindingMode === 'WaitForFirstConsumer';
  if (waits && !isUsed(turn, claim)) return undefined;
  return { reason: 'Pending', message: 'The claim is not bound to a volume.' };
}

function isUsed(turn: Turn, claim: VolumeClaim): boolean {
  return objectsOf(turn, 'Pod', claim.metadata.namespace).some((pod) =>
    pod.spec?.volumes?.some((each) => each.persistentVolumeClaim?.claimName === claim.metadata.name),
  );
}
