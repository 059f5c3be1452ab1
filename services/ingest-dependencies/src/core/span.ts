// What a span tells of a call, whichever encoding of OTLP it came in.
import { fieldsOf, isFields, type JsonFields, textIn } from '@winnow/contracts';

/** A service by its place in the cluster; the namespace is empty where nobody tells it. */
export interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

/** One side of a call. */
export interface CallSpan {
  /** Of the span itself on the calling side; of the calling side's span on the side that is called. */
  readonly call: string;
  readonly side: 'caller' | 'callee';
  /** A message: the caller does not wait for its end. */
  readonly message: boolean;
  readonly service: ServiceName;
  /** As the resource names it; absent where it does not. */
  readonly cluster?: string;
  readonly ms: number;
  readonly failed: boolean;
  /** Whom the caller says it called; or the broker that the callee has its messages from. */
  readonly peer: Peer;
}

export interface Peer {
  /** The other side's own name for itself. */
  readonly service?: string;
  /** In lower case, without port. */
  readonly host?: string;
  /** It is a database or a broker: nobody on the other side tells a span. */
  readonly silent: boolean;
}

export interface Resource {
  readonly service: ServiceName;
  readonly cluster?: string;
}

export type Attributes = ReadonlyMap<string, unknown>;

/** Who the spans of a resource are of; undefined where it has no name. */
export function resourceOf(attributes: Attributes): Resource | undefined {
  const text = (name: string) => textIn(attributes.get(name));
  const workload = workloads.map((kind) => text(`k8s.${kind}.name`)).find((name) => name !== undefined);
  const named = text('service.name');
  // SDKs put this where nobody gave a name.
  const service =
    workload ?? (named?.startsWith('unknown_service') ? undefined : named) ?? ownerOfPod(text('k8s.pod.name'));
  if (service === undefined) return undefined;
  const cluster = clusterName(text('k8s.cluster.name'));
  const namespace = text('k8s.namespace.name') ?? text('service.namespace') ?? '';
  return { service: { namespace, service }, ...(cluster && { cluster }) };
}

/** A name that may be part of keys; undefined for what is none. */
export const clusterName = (text: string | undefined): string | undefined =>
  text !== undefined && /^[^\p{Cc}|]{1,253}$/u.test(text) ? text : undefined;

const workloads = ['deployment', 'statefulset', 'daemonset', 'cronjob'] as const;

/** `cart-7d4b9c6f5-x2x9p` → `cart`. */
const ownerOfPod = (pod: string | undefined): string | undefined => pod?.replace(/-[a-f0-9]{6,10}-[a-z0-9]{5}$/, '');

/** OTLP's numbers for kinds: what is neither a request nor a message between services is passed over. */
const kinds: Readonly<Record<string, readonly [CallSpan['side'], boolean]>> = {
  2: ['callee', false],
  3: ['caller', false],
  4: ['caller', true],
  5: ['callee', true],
  SPAN_KIND_SERVER: ['callee', false],
  SPAN_KIND_CLIENT: ['caller', false],
  SPAN_KIND_PRODUCER: ['caller', true],
  SPAN_KIND_CONSUMER: ['callee', true],
};

/** Anything may stand there: an object, or the name of what every object has. */
const kindOf = (kind: unknown) =>
  (typeof kind === 'number' || typeof kind === 'string') && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;

/** Undefined where the span is no side of a call; `broken` where it should be one and lacks its ids. */
export function callSpanOf(span: JsonFields, { service, cluster }: Resource): CallSpan | 'broken' | undefined {
  const kind = kindOf(span.kind);
  if (!kind) return undefined;
  const [side, message] = kind;
  const attributes = attributesOf(span.attributes);
  const call = side === 'caller' ? keyOf(span.traceId, span.spanId) : keyOfCaller(span, message);
  if (keyOf(span.traceId, span.spanId) === undefined) return 'broken';
  // Nobody called: the request came from outside of what is traced.
  if (call === undefined && !message) return undefined;
  const ms = (nanos(span.endTimeUnixNano) - nanos(span.startTimeUnixNano)) / 1e6;
  return {
    call: call ?? '',
    side,
    message,
    service,
    ...(cluster && { cluster }),
    ms: Math.max(ms, 0),
    failed: hasFailed(span, attributes),
    peer: peerOf(attributes),
  };
}

/** A consumer may be of another trace than its producer, and link to it. */
function keyOfCaller(span: JsonFields, message: boolean): string | undefined {
  const link = message && Array.isArray(span.links) ? fieldsOf(span.links[0]) : {};
  return keyOf(link.traceId, link.spanId) ?? keyOf(span.traceId, span.parentSpanId);
}

function keyOf(trace: unknown, span: unknown): string | undefined {
  const [traceId, spanId] = [idOf(trace), idOf(span)];
  return traceId && spanId ? `${traceId}${spanId}` : undefined;
}

/** Bytes in protobuf, hexadecimal digits in JSON; empty or zero for none. */
function idOf(id: unknown): string | undefined {
  if (typeof id === 'string') return /[1-9a-f]/i.test(id) && id.length <= 64 ? id.toLowerCase() : undefined;
  if (!(id instanceof Uint8Array) || id.length > 32 || !id.some((byte) => byte !== 0)) return undefined;
  return Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Numbers in JSON may be texts; protobuf's decoder has numbers of two halves. */
function nanos(time: unknown): number {
  if (isFields(time)) return numberOf(time.high) * 2 ** 32 + (numberOf(time.low) >>> 0);
  return numberOf(time);
}

/** 0 for what is none. */
function numberOf(value: unknown): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
  return Number.isFinite(number) ? number : 0;
}

function hasFailed(span: JsonFields, attributes: Attributes): boolean {
  const { code } = fieldsOf(span.status);
  const status = numberOf(attributes.get('http.response.status_code') ?? attributes.get('http.status_code'));
  return code === 2 || code === 'STATUS_CODE_ERROR' || status >= 500;
}

function peerOf(attributes: Attributes): Peer {
  const text = (...names: string[]) => names.map((name) => textIn(attributes.get(name))).find((each) => each);
  const service = text('peer.service');
  const host = hostOf(
    text('server.address', 'net.peer.name', 'net.sock.peer.name', 'http.host', 'network.peer.address', 'net.peer.ip'),
  );
  const silent = text('db.system.name', 'db.system', 'messaging.system') !== undefined;
  return { ...(service && { service }), ...(host && { host }), silent };
}

const own = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?|169\.254\.\d+\.\d+)$/;

/** Undefined for addresses that mean the caller itself, and for what is no host: a file, a socket. */
function hostOf(text: string | undefined): string | undefined {
  const host = text?.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  return host && host.length <= 253 && /^[a-z0-9_][-a-z0-9_.:]*$/.test(host) && !own.test(host) ? host : undefined;
}

/** `[{key, value: {stringValue: …}}]` by key. */
export function attributesOf(list: unknown): Attributes {
  const found = new Map<string, unknown>();
  if (!Array.isArray(list)) return found;
  for (const each of list) {
    const { key, value } = fieldsOf(each);
    if (typeof key === 'string') found.set(key, plainOf(fieldsOf(value)));
  }
  return found;
}

function plainOf({ stringValue, intValue, doubleValue, boolValue }: JsonFields): unknown {
  if (typeof stringValue === 'string' && stringValue !== '') return stringValue;
  if (intValue !== undefined && intValue !== null) return nanos(intValue);
  return doubleValue ?? boolValue;
}
