// Literal records for tests.
import {
  type Envelope,
  entity,
  type Finding,
  type Hypothesis,
  type Incident,
  type Signal,
  type Silence,
  type TopicName,
  topics,
} from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';

export const at = '2026-03-08T15:21:12.035Z';

export function signal(over: Partial<Signal> = {}): Signal {
  return {
    id: 'sig-1',
    entity: entity('Deployment', 'shop', 'cart'),
    subjects: [],
    symptom: 'crash-loop',
    reason: 'BackOff',
    severity: 'high',
    sources: ['kubernetes.event'],
    messages: ['Back-off restarting failed container'],
    count: 3,
    firstSeen: at,
    lastSeen: at,
    attributes: {},
    status: 'open',
    observations: ['0-1.0'],
    why: 'event',
    ...over,
  };
}

export function incident(over: Partial<Incident> = {}, signals: readonly Signal[] = [signal()]): Incident {
  return {
    schema: 1,
    id: 'inc-1',
    tenant: 'default',
    cluster: 'prod',
    revision: 1,
    status: 'open',
    severity: 'high',
    openedAt: at,
    updatedAt: at,
    members: signals.map((each) => ({ signal: each, why: { rule: 'opened', score: 1, path: [] } })),
    roots: [],
    ready: false,
    traceId: 'c'.repeat(32),
    ...over,
  };
}

export function hypothesis(over: Partial<Hypothesis> = {}): Hypothesis {
  return {
    entity: entity('Deployment', 'shop', 'cart'),
    mode: 'oom-killed',
    category: 'resource-exhaustion',
    confidence: 0.9,
    verdict: 'likely',
    summary: 'It is out of memory.',
    evidence: [],
    remediation: [],
    ...over,
  };
}

export function finding(over: Partial<Finding> = {}): Finding {
  return {
    schema: 1,
    tenant: 'default',
    cluster: 'prod',
    at,
    incident: 'inc-1',
    revision: 1,
    title: 'cart is out of memory',
    hypotheses: [hypothesis()],
    ...over,
  };
}

export function record(topic: TopicName, value: unknown, offset = 0, key = '', partition = 0): LogRecord {
  return { topic, partition, offset, key, headers: {}, value };
}

export const incidentRecord = (value: Incident, offset = 0) => record(topics.incidents.name, value, offset, value.id);
export const findingRecord = (value: Finding, offset = 0) =>
  record(topics.findings.name, value, offset, value.incident);

export function alerts(items: Envelope['items'], over: Partial<Envelope> = {}): Envelope {
  return {
    schema: 1,
    tenant: 'default',
    cluster: 'prod',
    source: 'alertmanager.alerts',
    instance: 'prometheus',
    at,
    items: [...items],
    ...over,
  };
}

export function silence(over: Partial<Silence> = {}): Silence {
  return {
    id: 'sil-1',
    matchers: [{ name: 'alertname', value: 'X', isRegex: false, isEqual: true }],
    startsAt: '2026-03-08T15:00:00.000Z',
    endsAt: '2026-03-08T17:00:00.000Z',
    createdBy: 'ada',
    comment: 'on it',
    ...over,
  };
}

export function silenceRecord(over: Partial<Silence> = {}, arrivedAt = at): LogRecord {
  const items = [{ type: 'operator' as const, act: 'silence' as const, silence: silence(over) }];
  return record(topics.observations.name, alerts(items, { source: 'operator', cluster: '*', at: arrivedAt }));
}
