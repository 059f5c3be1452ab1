/** Every answer is waited for so many milliseconds at most, whatever the client is trying meanwhile. What comes later is ignored. */
export function withDeadline<A extends object>(actions: A, milliseconds: number): A {
  const bounded = Object.entries(actions).map(([name, action]) => [
    name,
    (...words: unknown[]) => within(action(...words), milliseconds),
  ]);
  return Object.fromEntries(bounded) as A;
}

function within<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const late = setTimeout(() => reject(new Error(`there was no answer within ${milliseconds} ms`)), milliseconds);
  answer.then(resolve, reject).finally(() => clearTimeout(late));
  return promise;
}
