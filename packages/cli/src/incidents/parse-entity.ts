// An entity as people write it: `deployment/shop/cart`, `Service/shop/cart`, `node/worker-1`.
import { type EntityRef, entity, guessKind, isClusterScoped, kindOfResource } from '@winnow/contracts';
import { CommandFailed } from '../failure.ts';

/** kubectl's short names. */
const short: Readonly<Record<string, string>> = {
  ...{ po: 'Pod', deploy: 'Deployment', sts: 'StatefulSet', ds: 'DaemonSet', rs: 'ReplicaSet', cj: 'CronJob' },
  ...{ svc: 'Service', ing: 'Ingress', cm: 'ConfigMap', pvc: 'PersistentVolumeClaim', pv: 'PersistentVolume' },
  ...{ no: 'Node', ns: 'Namespace', sa: 'ServiceAccount', hpa: 'HorizontalPodAutoscaler', netpol: 'NetworkPolicy' },
  ...{ quota: 'ResourceQuota', pdb: 'PodDisruptionBudget', sc: 'StorageClass', rc: 'ReplicationController' },
};

/** @throws CommandFailed that says how it is written. */
export function parseEntity(text: string): EntityRef {
  const [first = '', ...rest] = text.split('/');
  const kind = kindOf(first);
  const [namespace, name] = rest.length === 2 ? rest : [undefined, rest[0]];
  if (kind === '' || !name || rest.length > 2 || namespace === '') throw wrong(text, 'KIND/NAMESPACE/NAME');
  if (isClusterScoped(kind)) {
    if (namespace !== undefined) throw wrong(text, `${kind}/NAME: a ${kind} is in no namespace`);
    return entity(kind, undefined, name);
  }
  if (namespace === undefined && kind !== 'Host') throw wrong(text, `${kind}/NAMESPACE/NAME`);
  return entity(kind, namespace, name);
}

/** A kind that is written with its capitals is taken as it is. */
function kindOf(text: string): string {
  if (/^[A-Z]/.test(text) || text === '') return text;
  const lower = text.toLowerCase();
  return (
    short[lower] ??
    kindOfResource(lower) ??
    kindOfResource(`${lower}s`) ??
    kindOfResource(`${lower}es`) ??
    kindOfResource(lower.replace(/y$/, 'ies')) ??
    guessKind(lower)
  );
}

function wrong(text: string, expected: string): CommandFailed {
  return new CommandFailed(
    `--root takes ${expected}, as in deployment/shop/cart or node/worker-1, not ${JSON.stringify(text)}`,
  );
}
