export * from './logger.ts';
export * from './start-telemetry.ts';
