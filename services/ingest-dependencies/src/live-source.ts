// What a source that goes on by itself looks like from outside.
import type { MetricFamily, SourceStatus } from '@winnow/contracts';

export interface LiveSource {
  status(): readonly SourceStatus[];
  readMetrics(): readonly MetricFamily[];
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** Does it at once where `first` says so, then regularly; one that is still under way when the next is due stands for both. */
export function every(
  milliseconds: number,
  act: () => Promise<void>,
  onError: (error: unknown) => void = () => {},
  first = false,
): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const run = () => {
    running ??= act()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  if (first) run();
  const timer = setInterval(run, milliseconds).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
