// What was refused by a quota or LimitRange, as controllers, conditions and alerts tell it.
import { type Evidence, entity, type FailureModeId } from '@winnow/contracts';
import { cite, citeEvent, citeObject, placeOf } from '../clue.ts';
import { quantity } from '../world/quantity.ts';
import type { World } from '../world/world.ts';

export interface Refusal {
  readonly namespace: string;
  readonly mode: FailureModeId;
  readonly says: string;
  readonly evidence: Evidence;
  readonly quota: string | undefined;
}

/** What refusals were said of each namespace: by events of controllers, conditions of ReplicaSets, alerts. */
export function refusals(world: World): readonly Refusal[] {
  return [...fromEvents(world), ...fromConditions(world), ...fromSignals(world)];
}

function fromEvents(world: World): Refusal[] {
  return [...world.events.all].reverse().flatMap((event) => {
    const namespace = event.regarding.namespace;
    const found = namespace ? readRefusal(event.message) : undefined;
    return found && namespace ? [{ ...found, namespace, evidence: citeEvent(event) }] : [];
  });
}

function fromConditions(world: World): Refusal[] {
  return [...world.objects.all('ReplicaSet'), ...world.objects.all('Deployment')].flatMap((object) =>
    (object.status?.conditions ?? []).flatMap((condition) => {
      const found = condition.status === 'True' ? readRefusal(condition.message ?? '') : undefined;
      const { namespace = '', name } = object.metadata;
      const evidence = citeObject(
        entity(object.kind, namespace, name),
        `status.conditions[${condition.type}]`,
        condition.message ?? '',
      );
      return found ? [{ ...found, namespace, evidence }] : [];
    }),
  );
}

function fromSignals(world: World): Refusal[] {
  return world.members.flatMap(({ signal }) =>
    signal.messages.flatMap((message) => {
      const found = readRefusal(message);
      const namespace = signal.entity.namespace;
      return found && namespace
        ? [{ ...found, namespace, evidence: cite('event', `${signal.reason} on ${placeOf(signal.entity)}`, message) }]
        : [];
    }),
  );
}

function readRefusal(message: string): Omit<Refusal, 'namespace' | 'evidence'> | undefined {
  const exceeded = /exceeded quota: ([\w.-]+), requested: (\S+?), used: (\S+?), limited: (\S+)/.exec(message);
  if (exceeded) {
    const [, quota, requested = '', used = '', limited = ''] = exceeded;
    const over = decisiveResource(requested, used, limited);
    return {
      mode: modeOf(over),
      quota,
      says: `quota ${quota} limits ${over}: used ${used}, limited ${limited}, requested ${requested}`,
    };
  }
  if (
    /failed quota: \S+: must specify|must specify (?:limits|requests)|(?:minimum|maximum) (?:cpu|memory|ephemeral-storage) (?:usage|limit)|(?:cpu|memory) max limit to request ratio|maximum storage usage|minimum storage usage/.test(
      message,
    )
  )
    return {
      mode: 'quota-requires-limits',
      quota: /quota: ([\w.-]+)/.exec(message)?.[1],
      says: 'the namespace asks for requests and limits, or bounds them',
    };
  return undefined;
}

/** Of several resources named, the one that really is exceeded. */
function decisiveResource(requested: string, used: string, limited: string): string {
  const [want, have, most] = [pairs(requested), pairs(used), pairs(limited)];
  const over = [...most.keys()].find((key) => (want.get(key) ?? 0) + (have.get(key) ?? 0) > most.get(key)!);
  return over ?? [...most.keys()][0] ?? '';
}

function pairs(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split(',').flatMap((each) => {
      const [key = '', value = ''] = each.split('=');
      return key ? [[key, quantity(value.replace(/[.;)]+$/, '')) ?? 0] as const] : [];
    }),
  );
}

export function modeOf(resource: string): FailureModeId {
  if (/storage|persistentvolumeclaims/.test(resource)) return 'quota-storage-exceeded';
  if (/cpu/.test(resource)) return 'quota-cpu-exceeded';
  if (/memory/.test(resource)) return 'quota-memory-exceeded';
  return /services/.test(resource) ? 'quota-services-exceeded' : 'quota-pods-exceeded';
}
