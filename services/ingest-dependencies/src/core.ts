// Who calls whom and what was changed, from those who know it, before anybody decides what it means.
export { type CallCounts, type CallEdges, createCallEdges, type ToldEdge } from './core/call-edges.ts';
export { readChanges } from './core/read-changes.ts';
export { readDependencies } from './core/read-dependencies.ts';
export { edgesOf, type GraphQuery, graphQueries, type InstantSeries, readVector } from './core/service-graph.ts';
export { attributesOf, type CallSpan, callSpanOf, type Resource, resourceOf } from './core/span.ts';
