import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. Only what hangs takes so long. */
const PATIENCE = 120_000;

/** Polls until it is so; a throw of `isSo` ends it. @throws what was waited for, when the time is over. */
export async function until(isSo: () => Promise<boolean> | boolean, what: () => string, every = 50): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come about in ${PATIENCE / 1000} s: ${what()}`);
    await sleep(every);
  }
}

/** Whether something answers there with a 2xx. */
export async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.ok ?? false;
}
