// Long work says on stderr how far it is: on a terminal in one line that changes, else in a plain line every few seconds.

interface Out {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** The text is made only when it is shown. */
  update(text: () => string): void;
  /** Takes the changing line away, so that nothing is left of it. */
  done(): void;
}

/** Milliseconds between two showings. */
const ON_TERMINAL = 100;
const IN_LINES = 5_000;

/** Work that is over sooner than the first showing shows nothing. */
export function createProgress(out: Out = process.stderr, now: () => number = () => performance.now()): Progress {
  const every = out.isTTY ? ON_TERMINAL : IN_LINES;
  let last = now();
  let shown = false;
  return {
    update(text) {
      if (now() - last < every) return;
      last = now();
      shown = true;
      out.write(out.isTTY ? `\r\u001b[2K${text().slice(0, (out.columns ?? 80) - 1)}` : `${text()}\n`);
    },
    done() {
      if (shown && out.isTTY) out.write('\r\u001b[2K');
      shown = false;
    },
  };
}
