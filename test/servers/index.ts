// The real servers that tests run against. Each is obtained once into a cache, started on free loopback ports, ready when
// the start resolves, and ended by its pid: by `stop()`, and at the latest when the process that started it ends.
export { type AlertmanagerOptions, amtool, startAlertmanager } from './alertmanager.ts';
export { type Jaeger, startJaeger } from './jaeger.ts';
export { type Kafka, type KafkaOptions, startKafka } from './kafka/start.ts';
export type { KubernetesObject } from './kubernetes/objects.ts';
export type { KubernetesOptions } from './kubernetes/options.ts';
export { type Kubernetes, startKubernetes } from './kubernetes/start.ts';
export { missingServer, type ServerName } from './obtain/sources.ts';
export { temporaryFolder } from './process/folders.ts';
export { freePort } from './process/free-port.ts';
export type { Ended } from './process/run-tool.ts';
export { until } from './process/until.ts';
export { type Prometheus, type PrometheusOptions, startPrometheus } from './prometheus.ts';
export { type Proxy, startProxy } from './proxy.ts';
export { type RedisOptions, startRedis } from './redis.ts';
export type { RunningServer } from './running-server.ts';
export { dockerCompose, helm, promtool } from './tools.ts';
