// What a request needs to be allowed, by its route.

/** Endpoints that take something, by the last part of their path. */
export const endpoints = [
  'alerts',
  'alertmanager',
  'grafana',
  'datadog',
  'cloudevents',
  'pagerduty',
  'audit',
  'dependencies',
  'changes',
  'traces',
] as const;
export type Endpoint = (typeof endpoints)[number];

/** `send` stands for all endpoints. */
export const scopes = [...endpoints, 'send', 'read', 'operate'] as const;
export type Scope = (typeof scopes)[number];

/** Probes have no credentials, and learn nothing of any cluster. */
const open: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);
const taking = /^(?:\/clusters\/:cluster)?(?:\/api\/v2\/|\/api\/v1\/|\/webhooks\/|\/v1\/)([a-z]+)$/;

/**
 * Undefined where anybody may.
 * @param route as it was registered, never as it was asked for: a path can be written in many ways. Undefined where there is none.
 */
export function scopeOf(method: string, route: string | undefined): Scope | undefined {
  if (method === 'GET' || method === 'HEAD') return route !== undefined && open.has(route) ? undefined : 'read';
  const name = taking.exec(route ?? '')?.[1];
  return endpoints.find((each) => each === name) ?? 'operate';
}

export function allows(may: readonly Scope[], needed: Scope): boolean {
  return may.includes(needed) || (may.includes('send') && needed !== 'read' && needed !== 'operate');
}
