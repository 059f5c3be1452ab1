export type { GraphEdge } from './edges.ts';
export { factsOf } from './facts-of.ts';
export { createGraph, type Graph } from './graph.ts';
export { type HostPort, hostsInText } from './hosts-in-text.ts';
export type { CallFigures } from './indexes.ts';
export type { Neighbourhood, Reached } from './walk.ts';
