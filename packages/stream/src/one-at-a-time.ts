/** One write at a time: whoever asks while one is under way shares the next, which writes what has gathered by then. */
export function oneAtATime(write: () => Promise<void>): () => Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return function writeSoon() {
    next ??= writing.then(() => {
      next = undefined;
      const done = write();
      writing = done.catch(() => undefined);
      return done;
    });
    return next;
  };
}
