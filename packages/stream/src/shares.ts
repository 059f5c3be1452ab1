// All stages of a process share its thread with those who answer requests: in one turn of the event loop one of them folds, for a few
// milliseconds. What arrives in between is read and acknowledged before the next one has its share.

/** How long a share may hold up the event loop, in milliseconds. */
export const SHARE = 3;

const waiting: (() => void)[] = [];
let scheduled = false;

/** Resolves in a turn of its own, first come, first served. */
export function nextShare(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

/** Whether somebody waits for a share: whoever comes now has to wait too. */
export const areSharesAwaited = (): boolean => waiting.length > 0;

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
