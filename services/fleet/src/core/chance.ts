// How likely it is that so many share something by chance.

/** The probability of `count` or more where `expected` are expected: the tail of a Poisson distribution. */
export function tailOf(count: number, expected: number): number {
  // No more than what is to be expected: nothing to be surprised at, however it is to be reckoned.
  if (count <= expected || count <= 0) return 1;
  if (expected <= 0) return 0;
  // Summed from the count up: one minus the sum of the others would lose what is small.
  let term = Math.exp(count * Math.log(expected) - expected - logFactorial(count));
  let sum = 0;
  for (let n = count; term > sum * 1e-12; n++) {
    sum += term;
    term *= expected / (n + 1);
  }
  return Math.min(1, sum);
}

function logFactorial(count: number): number {
  let sum = 0;
  for (let n = 2; n <= count; n++) sum += Math.log(n);
  return sum;
}

/** How sure one can be where each of several says so with its own weight, independently: never entirely. */
export function noisyOr(weights: Iterable<number>): number {
  let doubt = 1;
  for (const weight of weights) doubt *= 1 - weight;
  return Math.min(0.99, 1 - doubt);
}
