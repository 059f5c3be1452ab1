// What a metrics generator shows of a service graph, in Prometheus' text format: counters that grow with time since the start.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeServiceGraph extends AsyncDisposable {
  /** HOST:PORT of `/metrics`. */
  readonly target: string;
}

export async function startFakeServiceGraph(): Promise<FakeServiceGraph> {
  const started = performance.now();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(metricsAfter((performance.now() - started) / 1000));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Ten calls a second of web to cart, a fifth of them failed, all between a quarter and half a second; and five of a mesh. */
function metricsAfter(seconds: number): string {
  const traced = 'client="web",server="cart",client_k8s_namespace_name="shop",server_k8s_namespace_name="shop"';
  const mesh =
    'source_workload="cart",source_workload_namespace="shop",destination_service_name="ledger",destination_service_namespace="money"';
  const calls = 10 * seconds;
  return `${[
    `traces_service_graph_request_total{${traced}} ${calls}`,
    `traces_service_graph_request_failed_total{${traced}} ${calls / 5}`,
    ...[
      ['0.25', 0],
      ['0.5', calls],
      ['+Inf', calls],
    ].map(([le, count]) => `traces_service_graph_request_server_seconds_bucket{${traced},le="${le}"} ${count}`),
    `istio_requests_total{${mesh},reporter="source",response_code="200"} ${4 * seconds}`,
    `istio_requests_total{${mesh},reporter="source",response_code="503"} ${seconds}`,
    `istio_requests_total{${mesh},reporter="destination",response_code="200"} ${4 * seconds}`,
  ].join('\n')}\n`;
}
