// Labels of metrics that senders may invent without end: the first ones are named, all others are counted together.

export const OTHER_NAMES = '(others)';

/** @returns the name that a name goes by. */
export function boundNames(most = 100): (name: string) => string {
  const named = new Set<string>();
  return (name) => {
    if (named.size < most) named.add(name);
    return named.has(name) ? name : OTHER_NAMES;
  };
}
