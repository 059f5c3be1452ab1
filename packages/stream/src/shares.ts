// All that follows the log in a process shares its thread with those who answer requests: in one turn of the event loop one of them
// goes on, for a few milliseconds. What arrives in between is read and acknowledged before the next one has its share.

/** How long a share may hold up the event loop, in milliseconds. */
const SHARE = 3;

const waiting: (() => void)[] = [];
let scheduled = false;

/** Resolves in a turn of its own, first come, first served. */
function nextShare(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

/** Handles items in order, in as many shares as it takes: at once where nobody else waits for one. */
export async function inShares<T>(items: readonly T[], handle: (item: T) => void): Promise<void> {
  if (waiting.length > 0) await nextShare();
  let begun = performance.now();
  for (const item of items) {
    handle(item);
    if (performance.now() - begun < SHARE) continue;
    await nextShare();
    begun = performance.now();
  }
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(giveShare);
}

function giveShare(): void {
  scheduled = false;
  waiting.shift()?.();
  if (waiting.length > 0) schedule();
}
