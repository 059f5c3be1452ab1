// V8 lets the space in which objects begin grow with the machine's memory: to 128 MB where there is much, most of it garbage.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Bytes. More of it saves next to nothing; a quarter of it costs as much CPU again. */
const ENOUGH = 32 * 1024 * 1024;
const LOOKED_AT_EVERY = 100;

/** Ends its growth once it is large enough. No flag of a running process sets its size, but one says by how much it grows. */
export function capYoungHeap(): void {
  const looking = setInterval(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    if ((young?.space_size ?? 0) < ENOUGH) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(looking);
  }, LOOKED_AT_EVERY).unref();
}
