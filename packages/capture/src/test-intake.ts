// Parsers for tests of this package: small, and sure to tell which of them was called with what.
import {
  entity,
  fieldsOf,
  type Item,
  type ReadItems,
  readKubeObject,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import type { Intake } from './intake.ts';

const readEvent: ReadItems = (payload, context) => {
  const event = fieldsOf(payload);
  const subject = fieldsOf(event.involvedObject);
  const [kind, uid, lastAt] = [
    textIn(subject.kind),
    textIn(fieldsOf(event.metadata).uid),
    readTime(event.lastTimestamp),
  ];
  if (!kind) return [wrongShape(context, 'involvedObject.kind', 'a kind', subject.kind)];
  const resourceVersion = textIn(fieldsOf(event.metadata).resourceVersion);
  const told = { reason: textIn(event.reason) ?? '', eventType: 'Warning', message: '', count: 1 };
  const regarding = entity(kind, textIn(subject.namespace), textIn(subject.name) ?? '');
  return [
    {
      type: 'event',
      regarding,
      ...told,
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(lastAt && { lastAt }),
    },
  ];
};

const readObject: ReadItems = (payload, context) => {
  const read = readKubeObject(fieldsOf(payload).object);
  return 'object' in read
    ? [{ type: 'object', change: 'ADDED', object: read.object }]
    : [wrongShape(context, read.field, read.expected, undefined)];
};

function alertOf(each: unknown, at: string): Item {
  const labels = fieldsOf(fieldsOf(each).labels) as Record<string, string>;
  const resolved = (readTime(fieldsOf(each).endsAt) ?? '9') <= at;
  return {
    type: 'alert',
    fingerprint: JSON.stringify(labels),
    status: resolved ? 'resolved' : 'firing',
    labels,
    annotations: {},
  };
}

const readAlerts: ReadItems = (payload, context) =>
  Array.isArray(payload)
    ? payload.map((each) => alertOf(each, context.at))
    : [wrongShape(context, '', 'a list of alerts', payload)];

const readAudit: ReadItems = (payload, context) => {
  const { auditID, stageTimestamp } = fieldsOf(payload);
  const at = readTime(stageTimestamp);
  if (typeof auditID !== 'string') return [wrongShape(context, 'auditID', 'a text', auditID)];
  return [{ type: 'audit', auditID, stage: 'ResponseComplete', verb: 'get', user: '', ...(at && { at }) }];
};

const readDependency: ReadItems = (payload, context) => {
  const { from, to } = fieldsOf(payload);
  const [one, other] = [from, to].map((end) => ({ namespace: '', service: '', ...fieldsOf(end) }));
  return one?.service && other?.service
    ? [{ type: 'dependency', from: one, to: other }]
    : [wrongShape(context, 'to.service', 'a name', other?.service)];
};

const readChange: ReadItems = (payload, context) => {
  const { kind, subject, summary } = fieldsOf(payload);
  const { namespace, name, ...about } = fieldsOf(subject);
  const of = entity(textIn(about.kind) ?? '', textIn(namespace), textIn(name) ?? '');
  if (!textIn(kind)) return [wrongShape(context, 'kind', 'a kind', kind)];
  return [{ type: 'change', kind: String(kind), subject: of, summary: redactText(textIn(summary) ?? '') }];
};

export const testIntake: Intake = {
  'kubernetes.event': readEvent,
  'kubernetes.object': readObject,
  'alertmanager.webhook': readAlerts,
  'alertmanager.alerts': readAlerts,
  'pagerduty.webhook': readAlerts,
  'audit.event': readAudit,
  dependency: readDependency,
  change: readChange,
  'alerts.json': readAlerts,
};

export const testOptions = { tenant: 'default', intake: testIntake };
