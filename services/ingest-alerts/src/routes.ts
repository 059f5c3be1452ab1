// Where alerts are posted, and how the body of each endpoint is read.
import { encloseCloudEvent, type ReadItems, type Source } from '@winnow/contracts';
import type { AlertIntakeConfig } from './config.ts';
import { createPostedReader } from './core/read-posted.ts';
import {
  noteCloudEvents,
  noteDatadog,
  notePagerDuty,
  noteWebhook,
  readAlerts,
  readCloudEvents,
  readDatadog,
  readGrafana,
  readPagerDuty,
  readWebhook,
} from './core.ts';
import type { BodyFormat } from './read-body.ts';

export interface IntakeRoute {
  readonly path: string;
  /** Of its items, and of what is counted about its requests. */
  readonly source: Source;
  readonly format: BodyFormat;
  /** PagerDuty's requests are signed. */
  readonly signed?: true;
}

/** @param readChange reads a CloudEvent that tells of a change; where absent, such events are of no known type. */
export function alertRoutes(config: AlertIntakeConfig, readChange?: ReadItems): readonly IntakeRoute[] {
  const options = { replicaLabels: config.WINNOW_REPLICA_LABELS, clusterLabel: config.WINNOW_CLUSTER_LABEL };
  const events = { ...options, ...(readChange && { readChange }) };
  const webhook = (path: string, format: BodyFormat): IntakeRoute => ({ path, source: 'alertmanager.webhook', format });
  return [
    {
      path: '/api/v2/alerts',
      source: 'alertmanager.alerts',
      format: { read: (body, context) => readAlerts(body, context, options), readText: createPostedReader(options) },
    },
    webhook('/webhooks/alertmanager', {
      read: (body, context) => readWebhook(body, context, options),
      array: 'alerts',
      note: (body, first) => (first ? noteWebhook(body) : []),
    }),
    webhook('/webhooks/grafana', {
      read: (body, context) => readGrafana(body, context, options),
      array: 'alerts',
      note: (body, first) => (first ? noteWebhook(body) : []),
    }),
    webhook('/webhooks/datadog', { read: (body, context) => readDatadog(body, context, options), note: noteDatadog }),
    webhook('/webhooks/cloudevents', {
      read: (body, context) => readCloudEvents(body, context, events),
      enclose: encloseCloudEvent,
      note: (body) => noteCloudEvents(body, events),
      sourceOf: ({ type }) => (type === 'change' ? 'change' : undefined),
    }),
    {
      path: '/webhooks/pagerduty',
      source: 'pagerduty.webhook',
      format: { read: (body, context) => readPagerDuty(body, context, options), note: notePagerDuty },
      signed: true,
    },
  ];
}
