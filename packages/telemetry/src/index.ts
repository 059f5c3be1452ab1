export * from './logger.ts';
export type { FlowSpan } from './span.ts';
export * from './start-telemetry.ts';
