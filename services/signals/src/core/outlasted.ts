// Has a container that ended with errors come to stay?
import type { ContainerStatus } from '@winnow/contracts';
import { msOf, SECOND } from './time.ts';

const LEAST = 30 * SECOND;
const TIMES = 3;

/** It is ready, and has run three times as long as its life before, and half a minute at least. @param at now, in ms. */
export function hasOutlasted(status: ContainerStatus, at: number): boolean {
  const last = status.lastState?.terminated;
  const [began, ended, started] = [
    msOf(last?.startedAt),
    msOf(last?.finishedAt),
    msOf(status.state?.running?.startedAt),
  ];
  if (!status.ready || began <= 0 || ended < began || started <= 0) return false;
  return at - started >= Math.max(LEAST, TIMES * (ended - began));
}
