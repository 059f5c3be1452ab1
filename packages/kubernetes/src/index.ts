export type { ClusterContext } from './access/context.ts';
export { ApiUnreachable } from './access/explain-failure.ts';
export { KubeconfigUnusable } from './access/kubeconfig-error.ts';
export { type LoadContexts, loadContexts } from './access/load-contexts.ts';
export type { ApiRequest, ApiResponse, ApiServer, Purpose } from './api-server.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { type ApiResource, pathOf } from './discovery/api-resource.ts';
export { createDiscovery, type Discovery } from './discovery/discovery.ts';
export { DiscoveryFailed } from './discovery/discovery-failed.ts';
