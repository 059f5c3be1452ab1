import { hash64 } from '@winnow/contracts';

/** No label name or value holds it, so that no two sets of labels run together to the same text. */
const separator = '\u00ff';

/** The identity of an alert: a hash of its labels, whatever their order. */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort();
  return hash64(names.map((name) => name + separator + labels[name] + separator).join(''));
}
