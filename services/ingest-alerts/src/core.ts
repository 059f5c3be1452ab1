// What the bodies of alerting tools become, before anybody decides what they mean.
export { type AlertOptions, defaultReplicaLabels } from './core/alert-options.ts';
export { fingerprintOf } from './core/fingerprint.ts';
export type { Note } from './core/notes.ts';
export { noteWebhook, readAlerts, readAlertsApi, readWebhook } from './core/read-alerts.ts';
export { noteCloudEvents, readCloudEvents } from './core/read-cloudevents.ts';
export { noteDatadog, readDatadog } from './core/read-datadog.ts';
export { readGrafana } from './core/read-grafana.ts';
export { notePagerDuty, readPagerDuty } from './core/read-pagerduty.ts';
