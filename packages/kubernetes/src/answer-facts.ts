// What an answer tells of the server's load, and of who served it.
import type { IncomingHttpHeaders } from 'node:http';
import { readRetryAfter } from './limit/back-off.ts';

export interface AnswerFacts {
  readonly flowSchema?: string;
  readonly level?: string;
  readonly pauseMs?: number;
}

export function readAnswerFacts(headers: IncomingHttpHeaders): AnswerFacts {
  const flowSchema = textOf(headers['x-kubernetes-pf-flowschema-uid']);
  const level = textOf(headers['x-kubernetes-pf-prioritylevel-uid']);
  const pauseMs = readRetryAfter(headers['retry-after'], Date.now());
  return { ...(flowSchema && { flowSchema }), ...(level && { level }), ...(pauseMs !== undefined && { pauseMs }) };
}

const textOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** Logs come from a kubelet, and what is proxied from elsewhere: their failures and delays are not the API server's. */
export function tellsOfLoad(path: string): boolean {
  return !/\/(?:log|proxy)(?:\/|$)/.test(path);
}

/** What latencies are compared within: `list pods`, of all namespaces or of one. */
export function questionOf(purpose: string, path: string): string {
  const [, namespace, resource] = /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/([^/]+)\/)?([^/]+)/.exec(path) ?? [];
  return `${purpose} ${resource ?? path}${namespace === undefined ? '' : ' of a namespace'}`;
}
