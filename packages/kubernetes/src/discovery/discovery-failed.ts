/** The kinds of a cluster cannot be learned: the message says what its API server answered. */
export class DiscoveryFailed extends Error {
  override readonly name = 'DiscoveryFailed';
}
