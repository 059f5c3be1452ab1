// Contract suites: an adapter's test calls these with a maker of empty logs and stores.
export * from './checkpoints.suite.ts';
export * from './event-log.suite.ts';
export * from './state-store.suite.ts';
