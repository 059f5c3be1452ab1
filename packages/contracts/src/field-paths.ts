// Fields of an object by path, as differences and patches name them: `spec.template.spec.containers[api].image`.

/** Each value that holds no others, with its path. Elements of lists are named after themselves where they have a name, else by their place. */
export function* leavesOf(path: string, value: unknown): Generator<readonly [path: string, leaf: string | null]> {
  if (value === undefined) return;
  if (value === null) yield [path, null];
  else if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) yield* leavesOf(`${path}[${nameOfElement(each) ?? at}]`, each);
  } else if (typeof value === 'object') {
    const annotations = path.endsWith('.metadata.annotations');
    for (const [name, each] of Object.entries(value)) {
      // The applied text repeats the rest.
      if (annotations && name.startsWith('kubectl.kubernetes.io/last-applied')) continue;
      if (name !== 'name' || !path.endsWith(']')) yield* leavesOf(`${path}.${name}`, each);
    }
  } else yield [path, String(value)];
}

/** What an element of a list is told by, so that an insertion is one difference. */
export function nameOfElement(each: unknown): string | undefined {
  const named = each as { name?: unknown; key?: unknown; secretName?: unknown; host?: unknown; port?: unknown } | null;
  if (typeof each !== 'object' || !named) return undefined;
  const name = named.name ?? named.key ?? named.secretName ?? named.host ?? named.port;
  return name === undefined ? undefined : String(name);
}
