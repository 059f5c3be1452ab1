// Whose trouble it is: the top of the chain of controllers, remembered for an hour after an object is gone.
import { type EntityRef, entity, entityKey, entityOfKey, type KubeObject, kindOf } from '@winnow/contracts';
import { objectKey, type State } from './state.ts';

const climbed = new Set([
  'Pod',
  'ReplicaSet',
  'Job',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicationController',
]);
/** Kinds that nearly always have an owner: where they are unknown, so is it. */
const owned = new Set(['Pod', 'ReplicaSet']);
const DEPTH = 6;

export interface Owner {
  readonly entity: EntityRef;
  /** Nothing is known of an object that should have an owner. */
  readonly provisional: boolean;
}

export function ownerOf(state: State, scope: string, ref: EntityRef): Owner {
  const known = state.objects.get(objectKey(scope, ref));
  if (known) return { entity: ownerOfObject(state, scope, known.object), provisional: false };
  const grave = state.graves.get(objectKey(scope, ref));
  if (grave?.owner) return { entity: entityOfKey(grave.owner), provisional: false };
  const cron = ref.kind === 'Job' ? cronJobOf(ref) : undefined;
  return { entity: cron ?? ref, provisional: !cron && !grave && owned.has(ref.kind) };
}

export function ownerOfObject(state: State, scope: string, object: KubeObject): EntityRef {
  let at = object;
  let ref = entity(kindOf(object), object.metadata.namespace, object.metadata.name);
  for (let depth = 0; depth < DEPTH && climbed.has(ref.kind); depth++) {
    const parent = controllerOf(at);
    if (!parent) return ref;
    ref = entity(parent.kind, object.metadata.namespace, parent.name);
    const key = objectKey(scope, ref);
    const next = state.objects.get(key)?.object;
    if (!next) {
      const owner = state.graves.get(key)?.owner;
      return owner ? entityOfKey(owner) : nameAbove(ref, at);
    }
    at = next;
  }
  return ref;
}

/** What can be told of the owner of an object that is not known itself, from its name's convention. */
function nameAbove(ref: EntityRef, child: KubeObject): EntityRef {
  const hash = child.metadata.labels?.['pod-template-hash'];
  if (ref.kind === 'ReplicaSet' && hash && ref.name.endsWith(`-${hash}`)) {
    return entity('Deployment', ref.namespace, ref.name.slice(0, -hash.length - 1));
  }
  return ref.kind === 'Job' ? (cronJobOf(ref) ?? ref) : ref;
}

/** The CronJob controller names its Jobs after the minute that they were due, in minutes since 1970. */
function cronJobOf(ref: EntityRef): EntityRef | undefined {
  const name = /^(.+)-\d{8}$/.exec(ref.name)?.[1];
  return name ? entity('CronJob', ref.namespace, name) : undefined;
}

function controllerOf(object: KubeObject) {
  const all = object.metadata.ownerReferences ?? [];
  const controller = all.find((each) => each.controller) ?? (all.length === 1 ? all[0] : undefined);
  // A static pod belongs to no workload, though its kubelet's Node is noted as its owner.
  return controller?.kind === 'Node' ? undefined : controller;
}

export const hasController = (object: KubeObject): boolean => controllerOf(object) !== undefined;

/** The owner as a key, where the object has one besides itself. */
export function ownerKeyOf(state: State, scope: string, object: KubeObject): string | undefined {
  const owner = entityKey(ownerOfObject(state, scope, object));
  return owner === entityKey(entity(kindOf(object), object.metadata.namespace, object.metadata.name))
    ? undefined
    : owner;
}
