// Which symptoms an object's own state shows.
import type { EntityRef } from '@winnow/contracts';
import { healthy, type Look } from './show.ts';
import { shownByAutoscaler } from './shown-by-autoscaler.ts';
import { shownByIngress } from './shown-by-ingress.ts';
import { shownByJob } from './shown-by-job.ts';
import { shownByNode } from './shown-by-node.ts';
import { shownByPod } from './shown-by-pod.ts';
import { shownByService } from './shown-by-service.ts';
import { shownByVolumeClaim } from './shown-by-volume-claim.ts';
import { shownByWorkload } from './shown-by-workload.ts';
import type { ObjectRow } from './state.ts';
import type { Turn } from './turn.ts';

export function shownBy(turn: Turn, row: ObjectRow, owner: EntityRef): Look {
  const { object } = row;
  if (object.metadata.deletionTimestamp) return healthy;
  switch (object.kind) {
    case 'Pod':
      return shownByPod(turn, object, owner);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return shownByWorkload(turn, object, owner);
    case 'Job':
      return shownByJob(turn, object, owner);
    case 'Node':
      return shownByNode(object);
    case 'PersistentVolumeClaim':
      return shownByVolumeClaim(turn, object);
    case 'Service':
      return shownByService(turn, object);
    case 'Ingress':
      return shownByIngress(turn, object);
    case 'HorizontalPodAutoscaler':
      return shownByAutoscaler(object);
    default:
      return healthy;
  }
}
