export * from './clock.ts';
export * from './core.ts';
export * from './heartbeats.ts';
export * from './http.ts';
export type { BodyFormat } from './read-body.ts';
export * from './seen-clusters.ts';
