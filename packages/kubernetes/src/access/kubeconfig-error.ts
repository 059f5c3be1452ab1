/** The configuration cannot be used: the message names the file, the place and what is expected there, and holds no credential. */
export class KubeconfigUnusable extends Error {
  override readonly name = 'KubeconfigUnusable';
}
