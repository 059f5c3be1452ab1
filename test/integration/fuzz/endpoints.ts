// Every endpoint that takes a body, with a real one, and where in it a neighbour can stand that must not be lost.
import { otlp } from '../../../services/ingest-dependencies/src/otlp-schema.ts';

/** Stands beside what is broken. Its mark is found in what was written to the log. */
export interface Neighbour {
  /** Where the list is that it joins; absent where the body is the list. */
  readonly list?: string;
  readonly make: (mark: string) => unknown;
}

export interface Endpoint {
  readonly path: string;
  readonly body: unknown;
  readonly neighbour?: Neighbour;
  readonly headers?: Readonly<Record<string, string>>;
  /** The bytes of the body as it is here; JSON where absent. */
  readonly encode?: (body: unknown) => Uint8Array;
}

export const bytesOf = ({ encode }: Endpoint, body: unknown): Buffer =>
  encode ? Buffer.from(encode(body)) : Buffer.from(JSON.stringify(body));

const alert = {
  labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-7f977965-9r9t2', severity: 'warning' },
  annotations: { summary: 'cart restarts', runbook_url: 'https://ops:hunter2@runbooks/cart' },
  startsAt: '2026-03-08T15:00:00.000Z',
  endsAt: '2026-03-08T15:25:00.000Z',
  generatorURL: 'http://prometheus-0:9090/graph?g0.expr=up',
};
const marked = (mark: string) => ({ labels: { alertname: 'Neighbour', namespace: 'shop', deployment: 'cart', mark } });
const group = {
  version: '4',
  groupKey: '{}:{alertname="KubePodCrashLooping"}',
  truncatedAlerts: 2,
  status: 'firing',
  receiver: 'winnow',
  groupLabels: { alertname: 'KubePodCrashLooping' },
  commonLabels: { namespace: 'shop' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts: [
    { ...alert, status: 'firing', fingerprint: 'a1b2c3d4e5f60718' },
    { ...alert, status: 'resolved', labels: { alertname: 'HighLatency', service: 'cart', namespace: 'shop' } },
  ],
};
const event = {
  specversion: '1.0',
  id: 'e-1',
  source: '/ci',
  time: '2026-03-08T15:20:00Z',
  datacontenttype: 'application/json',
};
const incident = {
  context: { version: '0.5.0', id: 'e-1', source: '/monitoring', type: 'dev.cdevents.incident.detected.0.3.0' },
  subject: {
    id: 'incident-1',
    source: '/monitoring',
    content: { description: 'latency', environment: { id: 'prod' }, service: { id: 'cart', source: '/a/shop' } },
  },
};
const auditEvent = (auditID: string) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID,
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/services/cart',
  verb: 'patch',
  user: { username: 'alice', groups: ['dev'] },
  sourceIPs: ['10.0.0.7'],
  userAgent: 'kubectl/v1.34',
  objectRef: { resource: 'services', namespace: 'shop', name: 'cart', apiVersion: 'v1' },
  responseStatus: { code: 200 },
  requestObject: [{ op: 'replace', path: '/spec/selector/app', value: 'kart' }],
  responseObject: {
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { selector: { app: 'kart' } },
  },
  requestReceivedTimestamp: '2026-03-08T15:19:59.000000Z',
  stageTimestamp: '2026-03-08T15:20:00.000000Z',
});
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const span = (spanId: string, parentSpanId: string, kind: number) => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId,
  parentSpanId,
  name: 'GET /cart',
  kind,
  startTimeUnixNano: '1772983200000000000',
  endTimeUnixNano: '1772983200100000000',
  status: { code: 2 },
});
const resourceSpans = (service: string, ...spans: readonly ReturnType<typeof span>[]) => ({
  resource: { attributes: [attribute('service.name', service), attribute('k8s.namespace.name', 'shop')] },
  scopeSpans: [{ scope: { name: 'x' }, spans }],
});

const spans = {
  resourceSpans: [
    resourceSpans('web', span('eee19b7ec3c1b173', '', 3)),
    resourceSpans('cart', span('eee19b7ec3c1b174', 'eee19b7ec3c1b173', 2)),
  ],
};

/** As protobuf: messages of which there may be many are read as bytes first. */
function encodeTraces({ resourceSpans: resources }: typeof spans): Uint8Array {
  const encoded = (type: (typeof otlp)[keyof typeof otlp], value: object) =>
    type.encode(type.fromObject(value)).finish();
  const id = (hex: string) => Buffer.from(hex, 'hex');
  const spanBytes = (each: ReturnType<typeof span>) =>
    encoded(otlp.span, {
      ...each,
      traceId: id(each.traceId),
      spanId: id(each.spanId),
      parentSpanId: id(each.parentSpanId),
    });
  const parts = resources.map(({ resource, scopeSpans }) =>
    encoded(otlp.resourceSpans, {
      resource,
      scopeSpans: scopeSpans.map((scope) => encoded(otlp.scopeSpans, { spans: scope.spans.map(spanBytes) })),
    }),
  );
  return encoded(otlp.request, { resourceSpans: parts });
}

export const endpoints: readonly Endpoint[] = [
  {
    path: '/api/v2/alerts',
    body: [alert, { ...alert, labels: { alertname: 'B', cluster: 'edge' } }],
    neighbour: { make: marked },
  },
  { path: '/clusters/edge/api/v2/alerts', body: [alert], neighbour: { make: marked } },
  { path: '/webhooks/alertmanager', body: group, neighbour: { list: 'alerts', make: marked } },
  {
    path: '/webhooks/grafana?cluster=graf',
    body: {
      ...group,
      version: '1',
      orgId: 1,
      state: 'alerting',
      alerts: [
        {
          ...group.alerts[0],
          values: { B: 44.2, C: 1 },
          dashboardURL: 'https://grafana/d/x',
          valueString: '[ value=1 ]',
        },
      ],
    },
    neighbour: { list: 'alerts', make: marked },
  },
  {
    path: '/webhooks/datadog',
    body: {
      id: '8306082202796025694',
      title: '[Triggered on {pod_name:cart-1}] Restarts',
      last_updated: '1772983200000',
      date: '1772983200000',
      event_type: 'query_alert_monitor',
      alert_id: '1234',
      alert_transition: 'Triggered',
      alert_type: 'error',
      aggreg_key: '9bd4ac313a4d1e8fae2482df7b77628',
      tags: 'kube_cluster_name:prod,kube_namespace:shop,kube_deployment:cart',
      hostname: 'node-1',
      body: '%%%\nrestarts\n%%%',
    },
  },
  {
    path: '/webhooks/pagerduty',
    body: {
      event: {
        id: '01BRB6ZP4M6T8ZG4X6BP63ZB9O',
        event_type: 'incident.triggered',
        resource_type: 'incident',
        occurred_at: '2026-03-08T15:20:00.123Z',
        agent: null,
        client: null,
        data: {
          id: 'PT4KHLK',
          type: 'incident',
          html_url: 'https://acme.pagerduty.com/incidents/PT4KHLK',
          status: 'triggered',
          title: '[FIRING:1] KubePodCrashLooping shop (cart)',
          created_at: '2026-03-08T15:00:00Z',
          service: { id: 'PF9KMXH', summary: 'API', type: 'service_reference' },
          priority: { summary: 'P1' },
          urgency: 'high',
          body: {
            details: { firing: 'Labels:\n - alertname = A\n - namespace = shop\nAnnotations:\n - summary = x\n' },
          },
        },
      },
    },
  },
  {
    path: '/webhooks/cloudevents',
    body: [
      { ...event, type: 'dev.cdevents.incident.detected.0.3.0', data: incident },
      {
        ...event,
        type: 'dev.cdevents.service.deployed.0.1.1',
        data: { context: {}, subject: { id: 'shop/cart', content: {} } },
      },
      { ...event, type: 'com.example.other', data: {} },
    ],
    neighbour: { make: (mark) => ({ ...event, type: 'io.winnow.alert', data: marked(mark) }) },
    headers: { 'content-type': 'application/cloudevents-batch+json' },
  },
  {
    path: '/webhooks/cloudevents',
    body: alert,
    headers: { 'ce-specversion': '1.0', 'ce-type': 'io.winnow.alert', 'ce-source': '/x', 'ce-id': '%41%zz' },
  },
  {
    path: '/webhooks/audit',
    body: {
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      metadata: {},
      items: [auditEvent('a-1'), auditEvent('a-2')],
    },
    neighbour: { list: 'items', make: auditEvent },
  },
  {
    path: '/api/v1/dependencies',
    body: [
      {
        from: { namespace: 'shop', service: 'web' },
        to: { namespace: 'shop', service: 'cart' },
        calls: 7,
        errorRatio: 0.5,
      },
    ],
    neighbour: {
      make: (mark) => ({ from: { namespace: 'shop', service: mark }, to: { namespace: 'shop', service: 'cart' } }),
    },
  },
  {
    path: '/api/v1/changes',
    body: [
      {
        kind: 'deployment',
        subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
        summary: 'v2',
        actor: 'ci',
      },
      {
        ...event,
        type: 'dev.cdevents.service.deployed.0.1.1',
        data: { context: {}, subject: { id: 'shop/cart', content: {} } },
      },
    ],
    neighbour: { make: (mark) => ({ kind: 'feature-flag', subject: { kind: 'Service', name: mark }, summary: 'on' }) },
  },
  { path: '/v1/traces', body: spans },
  {
    path: '/v1/traces',
    body: spans,
    headers: { 'content-type': 'application/x-protobuf' },
    encode: (body) => encodeTraces(body as typeof spans),
  },
  {
    path: '/api/v2/silences',
    body: {
      matchers: [{ name: 'alertname', value: 'Kube.*', isRegex: true, isEqual: true }],
      startsAt: '2026-03-08T15:00:00.000Z',
      endsAt: '2036-03-08T15:00:00.000Z',
      createdBy: 'alice',
      comment: 'maintenance of the shop',
    },
  },
  { path: '/api/v1/incidents/{incident}/acknowledge', body: { actor: 'alice', comment: 'on it' } },
  { path: '/api/v1/incidents/{incident}/close', body: { actor: 'alice' } },
  {
    path: '/api/v1/incidents/{incident}/confirm',
    body: {
      actor: 'alice',
      root: { kind: 'Service', namespace: 'shop', name: 'cart' },
      mode: 'service-selector-mismatch',
    },
  },
];
