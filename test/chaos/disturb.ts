// What goes wrong, at random moments that a seed decides.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Servers } from './servers.ts';
import type { ServiceProcess } from './service-process.ts';

export interface Disturbance {
  /** `kill signals-1`. */
  readonly name: string;
  run(): Promise<void>;
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param sleepFor milliseconds for which a paused worker sleeps: longer than its session lasts. */
export function disturbancesOf(
  servers: Servers,
  services: readonly ServiceProcess[],
  sleepFor: number,
): readonly Disturbance[] {
  return [
    ...services.map((service) => ({ name: `kill ${service.name}`, run: async () => service.kill() })),
    ...services.map((service) => ({ name: `pause ${service.name}`, run: () => service.pause(sleepFor) })),
    { name: 'kill kafka', run: () => killAndStart(servers.kafka) },
    { name: 'kill redis', run: () => killAndStart(servers.redis) },
  ];
}

async function killAndStart(server: { kill(): Promise<void>; start(): Promise<void> }): Promise<void> {
  await server.kill();
  await sleep(500);
  await server.start();
}

/** As many of them, each at another moment of the feed, which goes from 0 to 1. */
export function drawMoments(count: number, random: () => number): readonly number[] {
  return Array.from({ length: count }, random).sort((one, other) => one - other);
}
