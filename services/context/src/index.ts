export { createClusterObjects } from './cluster-objects.ts';
export { type ContextConfig, contextConfigSchema, readContextConfig } from './config.ts';
export { contextStage } from './core.ts';
export { type ContextLookups, contextLookupKinds, contextLookups } from './lookups.ts';
export { type RunningContext, type StartContext, startContext } from './main.ts';
export { createProjection, followProjection, type Projection, projectedTopics } from './projection.ts';
