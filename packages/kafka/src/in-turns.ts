/** The answers in the order of what was given; so many are under way at once. */
export async function inTurns<T, A>(
  given: readonly T[],
  atOnce: number,
  action: (each: T) => Promise<A>,
): Promise<readonly A[]> {
  const answers: A[] = new Array(given.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < given.length; at = next++) answers[at] = await action(given[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, given.length) }, work));
  return answers;
}
