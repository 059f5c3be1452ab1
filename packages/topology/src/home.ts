// Where an entity lives in the graph: pods and their like live in their owner; a name without an object in its namesake.
import { type EntityRef, entityOfKey } from '@winnow/contracts';
import { type Indexes, namesakes } from './indexes.ts';

/** What controllers append to a name: a template's hash, a pod's random five, an ordinal, a CronJob's minute. */
const suffixes = [
  /-[a-f0-9]{6,10}-[a-z0-9]{5}$/,
  /-[bcdf-hj-np-tv-xz2-9]{5,10}-[a-z0-9]{5}$/,
  /-[a-z0-9]{9,10}-[a-z0-9]{5}$/,
  /-[a-z0-9]{5}$/,
  /-\d{1,10}$/,
  /-[a-f0-9]{8,10}$/,
];
const generated = new Set(['Pod', 'ReplicaSet', 'Job', 'ControllerRevision']);

/** The key of the entity that this one collapses into; its own where it stands for itself. */
export function homeKey(at: Indexes, key: string): string {
  let current = key;
  for (let i = 0; i < 5; i++) {
    const owner = at.owner(current);
    if (owner === undefined) break;
    current = owner;
  }
  // An owner is known by what it owns, even where its own object was never seen.
  return at.exists(current) || at.parts.has(current) ? current : namesake(at, current);
}

function namesake(at: Indexes, key: string): string {
  const ref = entityOfKey(key);
  if (ref.kind === 'Service' && !ref.namespace) return onlyBearer(at, ref.name) ?? key;
  if (generated.has(ref.kind)) return generatedHome(at, ref) ?? key;
  return sameName(at, ref, ref.name) ?? key;
}

function generatedHome(at: Indexes, ref: EntityRef): string | undefined {
  for (const suffix of suffixes) {
    if (!suffix.test(ref.name)) continue;
    const home = sameName(at, ref, ref.name.replace(suffix, ''));
    if (home !== undefined) return home;
  }
  return undefined;
}

/** A Service without an object is the workload of its name; a workload without an object is the Service of its name. */
function sameName(at: Indexes, ref: EntityRef, name: string): string | undefined {
  if (!ref.namespace) return undefined;
  const service = `Service/${ref.namespace}/${name}`;
  const workload = first(at.workloads.get(`${ref.namespace}/${name}`));
  if (ref.kind === 'Service') return workload === undefined ? undefined : homeKey(at, workload);
  if (!generated.has(ref.kind) && !namesakes.has(ref.kind)) return undefined;
  if (workload !== undefined) return homeKey(at, workload);
  return at.exists(service) || at.declaredFrom.has(service) || at.declaredTo.has(service) ? service : undefined;
}

/** The Service or workload of a name that was told without its namespace, where there is such a name in one namespace alone. */
function onlyBearer(at: Indexes, name: string): string | undefined {
  const [namespace, ...others] = new Set([...at.bearers.get(name)].map((key) => entityOfKey(key).namespace ?? ''));
  if (!namespace || others.length > 0) return undefined;
  const service = `Service/${namespace}/${name}`;
  return at.exists(service) ? homeKey(at, service) : namesake(at, service);
}

/** Keys other than its own under which an entity is referred to. */
export function aliasesOf(at: Indexes, key: string): readonly string[] {
  const ref = entityOfKey(key);
  const parts = [...partsOf(at, key)].filter((part) => part !== key);
  if (!ref.namespace) return parts;
  const addresses = [...namesOf(at, key)].flatMap((name) => [`${ref.namespace}/${name}`, `/${name}`]);
  const mentioned = addresses.flatMap((address) => [...at.mentioned.get(address)]);
  return [...parts, ...mentioned.filter((each) => each !== key && !at.exists(each) && homeKey(at, each) === key)];
}

/** The entity's own object and all that collapse into it. */
export function partsOf(at: Indexes, key: string): ReadonlySet<string> {
  const parts = new Set([key]);
  for (const each of parts) for (const part of at.parts.get(each)) parts.add(part);
  return parts;
}

/** The names under which others may call or mean the entity: its own, and those of what collapses into it but its pods. */
export function namesOf(at: Indexes, key: string): ReadonlySet<string> {
  const parts = [...partsOf(at, key)].filter((part) => !part.startsWith('Pod/'));
  return new Set([key, ...parts].map((part) => entityOfKey(part).name));
}

export function first(keys: ReadonlySet<string>): string | undefined {
  let least: string | undefined;
  for (const key of keys) if (least === undefined || key < least) least = key;
  return least;
}
