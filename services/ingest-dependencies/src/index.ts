export { type DependenciesConfig, dependenciesConfigSchema, readDependenciesConfig } from './config.ts';
export * from './core.ts';
export type { LiveSource } from './live-source.ts';
export { type RunningDependencies, type StartDependencies, startDependencies } from './main.ts';
export { type ServiceGraphOptions, startServiceGraph } from './service-graph.ts';
export { type StaticEdgesOptions, startStaticEdges } from './static-edges.ts';
export type { SourceOptions } from './tell-edges.ts';
export { startTraces, type Traces, type TracesOptions, type TraceTaker } from './traces.ts';
