// The few series that tell most of how a namespace is: well-known names of cAdvisor, kube-state-metrics, and of what serves requests.

export interface MetricQuery {
  /** The series' name in what is answered, where the expression leaves none. */
  readonly name: string;
  /** @param namespace a label value in quotes */
  expression(namespace: string): string;
  /** Labels by their usual names, where this source has others. */
  readonly rename?: Readonly<Record<string, string>>;
}

const container = (namespace: string) => `{namespace=${namespace},container!="",container!="POD"}`;
const byContainer = (expression: string) => `sum by (namespace,pod,container) (${expression})`;

export const metricQueries: readonly MetricQuery[] = [
  {
    name: 'container_memory_working_set_bytes',
    expression: (namespace) => `container_memory_working_set_bytes${container(namespace)}`,
  },
  {
    name: 'container_spec_memory_limit_bytes',
    expression: (namespace) => `container_spec_memory_limit_bytes${container(namespace)} > 0`,
  },
  {
    name: 'container_cpu_usage_seconds:rate5m',
    expression: (namespace) => byContainer(`rate(container_cpu_usage_seconds_total${container(namespace)}[5m])`),
  },
  {
    name: 'container_cpu_cfs_throttled_periods:ratio5m',
    expression: (namespace) =>
      `${byContainer(`rate(container_cpu_cfs_throttled_periods_total${container(namespace)}[5m])`)} / ${byContainer(
        `rate(container_cpu_cfs_periods_total${container(namespace)}[5m])`,
      )}`,
  },
  {
    name: 'kube_pod_container_status_restarts_total',
    // Where the scrape does not honour labels, kube-state-metrics' own namespace is in the way.
    expression: (namespace) =>
      ['namespace', 'exported_namespace']
        .map((label) => `kube_pod_container_status_restarts_total{${label}=${namespace}}`)
        .join(' or '),
  },
  errorRatio('http_requests', 'http_requests_total', 'namespace', 'namespace,service,pod', [
    'code=~"5.."',
    'status=~"5.."',
  ]),
  errorRatio(
    'http_server_requests',
    'http_server_request_duration_seconds_count',
    'namespace',
    'namespace,service,pod',
    ['http_response_status_code=~"5.."'],
  ),
  errorRatio('grpc_server_handled', 'grpc_server_handled_total', 'namespace', 'namespace,service,pod', [
    'grpc_code=~"Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded"',
  ]),
  {
    ...errorRatio(
      'istio_requests',
      'istio_requests_total{reporter="destination"}',
      'destination_workload_namespace',
      'destination_workload_namespace,destination_workload,destination_service_name',
      ['response_code=~"5.."'],
    ),
    rename: {
      destination_workload_namespace: 'namespace',
      destination_workload: 'deployment',
      destination_service_name: 'service',
    },
  },
];

/** The share of requests that fail, over five minutes; none where there are no requests. */
function errorRatio(
  name: string,
  counter: string,
  label: string,
  by: string,
  failures: readonly string[],
): MetricQuery {
  const [metric = '', more = ''] = counter.replace('}', '').split('{');
  const rate = (matchers: readonly string[]) =>
    `sum by (${by}) (rate(${metric}{${matchers.filter((each) => each !== '').join(',')}}[5m]))`;
  return {
    name: `${name}_error:ratio5m`,
    expression: (namespace) => {
      const own = [`${label}=${namespace}`, more];
      const failed = failures.map((failure) => rate([...own, failure])).join(' or ');
      return `(${failed}) / (${rate(own)} > 0)`;
    },
  };
}
