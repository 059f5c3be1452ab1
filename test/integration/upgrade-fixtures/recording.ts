// The arrivals that the fixtures were made of, and those that come after: one namespace of an example.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const NAMESPACE = 'cascade-failure';
/** Incidents are open, and alerts fire. */
const CUT = '2026-11-21T10:07:20';

const example = new URL('../../../examples/outage.jsonl.gz', import.meta.url);

/** Lines of the recording up to the cut, and those after it. */
export function arrivals(): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const lines = gunzipSync(readFileSync(example)).toString().split('\n').filter(isMeant);
  const isBefore = (line: string) => timeOf(line) < CUT;
  return { before: lines.filter(isBefore), after: lines.filter((line) => !isBefore(line)) };
}

export const timeOf = (line: string): string => (JSON.parse(line) as { readonly at: string }).at;

/** What is of the namespace, or of none. Audit entries are many, and tell of no incident here. */
function isMeant(line: string): boolean {
  if (line === '') return false;
  const { source, payload } = JSON.parse(line) as { readonly source: string; readonly payload: Payload };
  if (source === 'kubernetes.object') return isOf(payload.object?.metadata?.namespace);
  if (source === 'kubernetes.event') return isOf((payload.object ?? payload).involvedObject?.namespace);
  return source === 'alertmanager.alerts' && line.includes(NAMESPACE);
}

interface Payload {
  readonly object?: Payload;
  readonly metadata?: { readonly namespace?: string };
  readonly involvedObject?: { readonly namespace?: string };
}

const isOf = (namespace: string | undefined) => namespace === undefined || namespace === NAMESPACE;
