// What a request needs to be allowed, by its route.
import { ALL_TENANTS } from '@winnow/contracts';
import type { Credential } from './credentials.ts';

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
export const scopes = [...endpoints, 'send', 'read', 'metrics', 'operate'] as const;
export type Scope = (typeof scopes)[number];

/** Probes have no credentials, and learn nothing of any cluster. */
const open: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);
const taking = /^(?:\/clusters\/:cluster)?(?:\/api\/v2\/|\/api\/v1\/|\/webhooks\/|\/v1\/)([a-z]+)$/;

/**
 * Undefined where anybody may.
 * @param route as it was registered, never as it was asked for: a path can be written in many ways. Undefined where there is none.
 */
export function scopeOf(method: string, route: string | undefined): Scope | undefined {
  if (method === 'GET' || method === 'HEAD') {
    if (route === '/metrics') return 'metrics';
    return route !== undefined && open.has(route) ? undefined : 'read';
  }
  const name = taking.exec(route ?? '')?.[1];
  return endpoints.find((each) => each === name) ?? 'operate';
}

/** Metrics are of the whole installation: who sees a part of it needs to be let in by name. */
export function allows(
  { may, tenant, clusters }: Pick<Credential, 'may' | 'tenant' | 'clusters'>,
  needed: Scope,
): boolean {
  if (may.includes(needed)) return true;
  if (needed === 'metrics')
    return may.includes('read') && clusters === undefined && (tenant ?? ALL_TENANTS) === ALL_TENANTS;
  return may.includes('send') && needed !== 'read' && needed !== 'operate';
}
