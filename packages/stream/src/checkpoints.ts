// The port for where a source stands: resource versions of a watch, the place in a followed file. What a source keeps here is behind
// what it has appended, never before it: so a crash repeats and never skips.

export interface Checkpoints {
  /** The value that was last saved under the key; undefined where none was, or what was kept cannot be read any more. */
  load(key: string): Promise<unknown>;
  /**
   * Keeps a JSON value under the key; undefined forgets the key. To be called once what it stands for is durable in the log. Resolves when
   * it survives the end of the process; a loss of power may bring an earlier one back. Saves in a row are written as one.
   * @throws LogUnavailable where it cannot be kept now; the next save keeps it too.
   */
  save(key: string, value: unknown): Promise<void>;
}

/** The twin in memory: gone with the process. */
export function createMemoryCheckpoints(): Checkpoints {
  const kept = new Map<string, string>();
  return {
    async load(key) {
      const text = kept.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async save(key, value) {
      if (value === undefined) kept.delete(key);
      else kept.set(key, JSON.stringify(value));
    },
  };
}
