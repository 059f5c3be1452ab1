// What the bodies of alerting tools become, before anybody decides what they mean.
export { fingerprintOf } from './core/fingerprint.ts';
export type { AlertOptions } from './core/read-alert.ts';
export { readAlerts, readAlertsApi, readWebhook } from './core/read-alerts.ts';
export { readPagerDuty } from './core/read-pagerduty.ts';
