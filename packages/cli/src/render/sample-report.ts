// A report to test with: one of everything.
import type { Report } from '@winnow/contracts';

export const sampleReport: Report = {
  schema: 'winnow.report/v1',
  clusters: ['prod-eu-1'],
  asOf: '2026-03-08T15:25:24.000Z',
  verdict: 'incidents',
  incidents: [
    {
      id: 'inc-3f2a9c01b7d4e655',
      cluster: 'prod-eu-1',
      title: 'Service checkout/session-store selects no pod',
      severity: 'high',
      status: 'open',
      openedAt: '2026-03-08T15:21:12.035Z',
      updatedAt: '2026-03-08T15:24:50.000Z',
      blastRadius: { scope: 'namespace', workloads: 3, namespaces: 1, nodes: 0 },
      signals: [
        {
          id: 'sig-1',
          entity: { kind: 'Deployment', namespace: 'checkout', name: 'cart' },
          reason: 'BackOff',
          count: 12,
          firstSeen: '2026-03-08T15:21:12.000Z',
          lastSeen: '2026-03-08T15:24:50.000Z',
          observations: ['0-17.0'],
        },
        {
          id: 'sig-2',
          entity: { kind: 'Service', namespace: 'checkout', name: 'session-store' },
          reason: 'NoEndpoints',
          count: 1,
          firstSeen: '2026-03-08T15:21:02.000Z',
          lastSeen: '2026-03-08T15:21:02.000Z',
          observations: ['0-12.0'],
        },
      ],
      hypotheses: [
        {
          entity: { kind: 'Service', namespace: 'checkout', name: 'session-store' },
          mode: 'service-selector-mismatch',
          category: 'cascading-failures',
          confidence: 0.95,
          verdict: 'confirmed',
          summary:
            'The selector app=session-store,tier=cache matches no pod: the pods of Deployment session-store carry app=session-store only. Whoever calls the Service is refused, so cart and, behind it, checkout-web crash.',
          evidence: [
            {
              source: 'object',
              ref: 'Service checkout/session-store spec.selector',
              quote: 'app=session-store, tier=cache',
            },
            {
              source: 'change',
              ref: 'audit: alice patched Service checkout/session-store at 15:20:58',
              quote: 'spec.selector.tier: (none) → cache',
            },
            {
              source: 'log',
              ref: 'log checkout/cart-7c9f/cart (previous)',
              quote: 'dial tcp: connect to session-store:6379: connection refused',
            },
          ],
          remediation: [
            {
              summary: 'Take the label out of the selector again',
              command: `kubectl -n checkout patch service session-store --type=json -p '[{"op":"remove","path":"/spec/selector/tier"}]'`,
              risk: 'low',
            },
          ],
        },
        {
          entity: { kind: 'Deployment', namespace: 'checkout', name: 'session-store' },
          mode: 'dependency-unavailable',
          category: 'cascading-failures',
          confidence: 0.3,
          verdict: 'possible',
          summary: 'It restarted once an hour ago.',
          evidence: [],
          remediation: [],
        },
        {
          entity: { kind: 'Deployment', namespace: 'checkout', name: 'cart' },
          mode: 'oom-killed',
          category: 'resource-exhaustion',
          confidence: 0.02,
          verdict: 'ruled-out',
          summary: 'Its containers ended with exit code 1, not 137, at a fifth of their memory limit.',
          evidence: [],
          remediation: [],
        },
      ],
    },
    {
      id: 'inc-77aa9c01b7d4e655',
      cluster: 'prod-eu-1',
      title: 'Volume claim reports/warehouse-0 is not bound',
      severity: 'medium',
      status: 'resolved',
      closedBy: 'recovered',
      openedAt: '2026-03-08T14:00:00.000Z',
      updatedAt: '2026-03-08T14:20:00.000Z',
      blastRadius: { scope: 'workload', workloads: 1, namespaces: 1, nodes: 0 },
      signals: [],
      hypotheses: [],
    },
  ],
  problems: [{ place: 'pods.json', expected: 'JSON', found: 'the end of the text at character 4096' }],
  ledger: { received: 4090, signals: 212, deduplicated: 2877, muted: 1000, shed: 0, deadLettered: 1 },
};
