// The ingest services' parsers by payload: files are read by the very code that reads live input.

import type { Intake } from '@winnow/capture';
import type { ReadItems } from '@winnow/contracts';
import { readAlerts, readAlertsApi, readPagerDuty, readWebhook } from '@winnow/ingest-alerts';
import { readAuditEvent } from '@winnow/ingest-audit';
import { readEvent, readObject } from '@winnow/ingest-cluster';
import { readChanges, readDependencies } from '@winnow/ingest-dependencies';

const alerts: ReadItems = (payload, context) => readAlerts(payload, context);
const webhook: ReadItems = (payload, context) => readWebhook(payload, context);
const alertsApi: ReadItems = (payload, context) => readAlertsApi(payload, context);
const pagerduty: ReadItems = (payload, context) => readPagerDuty(payload, context);

export const intake: Intake = {
  'kubernetes.event': readEvent,
  'kubernetes.object': readObject,
  'alertmanager.webhook': webhook,
  'alertmanager.alerts': alerts,
  'pagerduty.webhook': pagerduty,
  'audit.event': readAuditEvent,
  dependency: readDependencies,
  change: readChanges,
  'alerts.json': alertsApi,
};
