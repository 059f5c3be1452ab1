/** The known name that takes the fewest letters put in, left out or replaced; undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const most = Math.ceil(name.length / 4);
  const measured = known.map((each) => ({ each, steps: stepsBetween(name, each) }));
  const best = measured.reduce<(typeof measured)[number] | undefined>(
    (least, other) => (least && least.steps <= other.steps ? least : other),
    undefined,
  );
  return best && best.steps <= most ? best.each : undefined;
}

/** Levenshtein's distance. */
function stepsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to++) {
      const replaced = (row[to] as number) + (one[at] === other[to] ? 0 : 1);
      next.push(Math.min(replaced, (row[to + 1] as number) + 1, (next[to] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
