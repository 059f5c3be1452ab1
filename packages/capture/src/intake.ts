import type { ReadItems } from '@winnow/contracts';

/** The payloads that the ingest services know how to read: those of recordings' lines, and `alerts.json` of captures. */
export const intakeFormats = [
  'kubernetes.event',
  'kubernetes.object',
  'alertmanager.webhook',
  'alertmanager.alerts',
  'pagerduty.webhook',
  'audit.event',
  'dependency',
  'change',
  'alerts.json',
] as const;
export type IntakeFormat = (typeof intakeFormats)[number];

/** The services' parsers by payload. They are handed in, so that files are read by the very code that reads live input. */
export type Intake = Readonly<Record<IntakeFormat, ReadItems>>;

export interface ReadOptions {
  readonly tenant: string;
  readonly intake: Intake;
}
