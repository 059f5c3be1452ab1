// Answers asks of kind `objects`: from what the log told, else from the cluster itself.
import { type EntityRef, entityOfKey } from '@winnow/contracts';
import { type ClusterReader, type LookupAnswer, LookupDenied } from '@winnow/stream';
import { type ClusterObjects, createClusterObjects } from './cluster-objects.ts';
import { refOf, selectObjects } from './core/select-objects.ts';
import type { ObjectsArguments } from './core/surroundings.ts';
import { namespacedKinds, scopedKinds } from './kinds.ts';

/** Calls may lead into namespaces that were not read yet: so many times they are read as well. */
const PASSES = 3;

export async function objectsAround(
  known: ClusterObjects | undefined,
  reader: ClusterReader | undefined,
  asked: ObjectsArguments,
  until?: string,
): Promise<LookupAnswer> {
  const objects = known && holdsAny(known, asked.members) ? known : await readAround(reader, asked.members, until);
  if (objects) return answer(objects, asked);
  return known && known.size > 0
    ? answer(known, asked)
    : { status: 'failed', message: 'no reader: no object of the cluster is known' };
}

function answer(objects: ClusterObjects, asked: ObjectsArguments): LookupAnswer {
  const value = selectObjects(objects, asked);
  return value.objects.length > 0
    ? { status: 'ok', value }
    : { status: 'empty', message: 'none of the members is an object that exists' };
}

/** True where something is known of the members' namespaces, or of the cluster where they are in none. */
function holdsAny(objects: ClusterObjects, members: readonly string[]): boolean {
  return namespacesOf(members).some((namespace) => objects.keysOf(namespace).length > 0);
}

function namespacesOf(members: readonly string[]): readonly string[] {
  const refs = members.map(entityOfKey);
  return [...new Set(refs.map((ref) => (ref.kind === 'Namespace' ? ref.name : (ref.namespace ?? ''))))].sort();
}

async function readAround(
  reader: ClusterReader | undefined,
  members: readonly string[],
  until: string | undefined,
): Promise<ClusterObjects | undefined> {
  if (!reader) return undefined;
  const objects = createClusterObjects();
  const read = new Set<string>();
  let wanted: readonly string[] = ['', ...namespacesOf(members)];
  let denied: LookupDenied | undefined;
  for (let pass = 0; pass < PASSES && wanted.length > 0; pass++) {
    for (const namespace of wanted) {
      // Who may look at one namespace alone is told of that one.
      try {
        await readNamespace(reader, namespace, objects, read, until);
      } catch (error) {
        if (!(error instanceof LookupDenied)) throw error;
        denied ??= error;
      }
    }
    wanted = namespacesLedTo(objects, read);
  }
  if (denied && objects.size === 0) throw denied;
  return objects.size > 0 ? objects : undefined;
}

async function readNamespace(
  reader: ClusterReader,
  namespace: string,
  objects: ClusterObjects,
  read: Set<string>,
  until: string | undefined,
): Promise<void> {
  if (read.has(namespace)) return;
  read.add(namespace);
  const found = await reader.objects(namespace || undefined, namespace ? namespacedKinds : scopedKinds, until);
  // Owners before what they own, so that a pod finds its Deployment at once.
  const depth = (kind: string) => (kind === 'Pod' ? 2 : kind === 'ReplicaSet' || kind === 'Job' ? 1 : 0);
  for (const object of (found ?? []).toSorted((a, b) => depth(a.kind) - depth(b.kind))) objects.put(object);
}

function namespacesLedTo(objects: ClusterObjects, read: ReadonlySet<string>): readonly string[] {
  const from = [...read].flatMap((namespace) => objects.keysOf(namespace));
  const to = from.flatMap((key) => {
    const object = objects.object(key);
    return object ? objects.dependencies(refOf(object)).map((edge) => namespaceOf(objects, edge.to)) : [];
  });
  return [...new Set(to)].filter((namespace) => !read.has(namespace)).sort();
}

/** `db.data` may be a Service of another namespace: it is, where there is such a namespace. */
function namespaceOf(objects: ClusterObjects, { kind, namespace, name }: EntityRef): string {
  const second = kind === 'Host' ? (name.split('.')[1] ?? '') : '';
  return namespace ?? (objects.object(`Namespace//${second}`) ? second : '');
}
