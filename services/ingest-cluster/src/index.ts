export type { ApiRequest, ApiResource, ApiResponse, ApiServer, Discover } from './api-server.ts';
export { type ClusterIngestConfig, clusterIngestConfigSchema, readClusterIngestConfig } from './config.ts';
export { chooseKinds, readEvent, readObject, type WatchedKind } from './core.ts';
export { type ClusterIngest, type StartClusterIngest, startClusterIngest, type WatchedCluster } from './main.ts';
