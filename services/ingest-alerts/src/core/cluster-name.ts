// A cluster's name is part of keys and of every record: it is kept short and plain.

/** Characters: as long as a DNS name may be, which holds contexts, ARNs and the like. */
export const CLUSTER_NAME_LIMIT = 253;

/** What is taken, for errors. */
export const CLUSTER_NAME_EXPECTED = `a cluster's name of at most ${CLUSTER_NAME_LIMIT} characters, without control characters and |`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const forbidden = /[\u0000-\u001f\u007f|\ud800-\udfff]/;

export function isClusterName(name: string): boolean {
  return name.length > 0 && name.length <= CLUSTER_NAME_LIMIT && !forbidden.test(name);
}
