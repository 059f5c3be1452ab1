// Which parser reads which body.
import { type BodyFormat, type IntakeSource, readAlerts, readPagerDuty, readWebhook } from '@winnow/ingest-alerts';
import { readAuditBody } from '@winnow/ingest-audit';

export const alertFormats: Readonly<Record<IntakeSource, BodyFormat>> = {
  'alertmanager.alerts': { read: (body, context) => readAlerts(body, context) },
  'alertmanager.webhook': { read: (body, context) => readWebhook(body, context), array: 'alerts' },
  'pagerduty.webhook': { read: (body, context) => readPagerDuty(body, context) },
  'audit.event': { read: (body, context) => readAuditBody(body, context), array: 'items' },
};
