import { hash64 } from '@winnow/contracts';

/** Stands between names and values. Labels that hold it themselves are hashed as JSON: no two sets of labels run together to the same text. */
export const separator = '\u00ff';

/** The identity of an alert: a hash of its labels, whatever their order. */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort();
  if (names.some((name) => name.includes(separator) || labels[name]?.includes(separator)))
    return hash64(JSON.stringify(names.map((name) => [name, labels[name]])));
  return hash64(names.map((name) => name + separator + labels[name] + separator).join(''));
}
