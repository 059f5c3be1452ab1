// Which of two tellings of an object is the newer one. A crash repeats what was told, and two instances may tell of one cluster.

const decimal = /^[1-9]\d*$/;

/**
 * True where both versions are numbers, as those of etcd are, and the first is the smaller. They grow over all objects of a kind, so that
 * those of an object and of its successor under the same name compare too.
 */
export function isOlder(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined || !decimal.test(version) || !decimal.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
