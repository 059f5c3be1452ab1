// One entry of the kube-apiserver's audit log. Its identity is (auditID, stage): a request leaves several entries.
import {
  type AuditItem,
  fieldsOf,
  type Item,
  isFields,
  type JsonFields,
  known,
  numberIn,
  type ReadContext,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { makerOf, writtenBy } from './facts-after.ts';
import { targetOf } from './target-of.ts';

const messageLimit = 4096;

/** Reads one `audit.k8s.io/v1` Event. */
export function readAuditEvent(payload: unknown, context: ReadContext): Item[] {
  return [readEntry(payload, '', context)];
}

/** What an audit webhook posts: an EventList; also one Event, or an array of them. */
export function readAuditBody(payload: unknown, context: ReadContext): Item[] {
  if (Array.isArray(payload)) return payload.map((each, i) => readEntry(each, `[${i}].`, context));
  if (!isFields(payload) || payload.items === undefined) return readAuditEvent(payload, context);
  if (!Array.isArray(payload.items)) return [wrongShape(context, 'items', 'a list of audit Events', payload.items)];
  return payload.items.map((each, i) => readEntry(each, `items[${i}].`, context));
}

function readEntry(event: unknown, path: string, context: ReadContext): Item {
  if (!isFields(event)) return wrongShape(context, path.slice(0, -1), 'an audit Event', event);
  for (const field of ['auditID', 'verb'] as const) {
    if (textIn(event[field]) === undefined) return wrongShape(context, `${path}${field}`, 'a text', event[field]);
  }
  return auditItem(event);
}

function auditItem(event: JsonFields): AuditItem {
  const user = fieldsOf(event.user);
  const ref = fieldsOf(event.objectRef);
  const target = targetOf(event);
  return {
    type: 'audit',
    auditID: textIn(event.auditID) ?? '',
    stage: textIn(event.stage) ?? 'ResponseComplete',
    verb: textIn(event.verb) ?? '',
    user: textIn(user.username) ?? '',
    ...known({
      groups: textsOf(user.groups),
      impersonated: textIn(fieldsOf(event.impersonatedUser).username),
      userAgent: textIn(event.userAgent)?.slice(0, 500),
      // All but the last can be made up by the client.
      sourceIPs: textsOf(event.sourceIPs)?.slice(-1),
      resource: textIn(ref.resource),
      subresource: textIn(ref.subresource),
      apiGroup: textIn(ref.apiGroup),
      apiVersion: textIn(ref.apiGroup) && textIn(ref.apiVersion),
      target,
      ...answerOf(event),
      at: readTime(event.stageTimestamp) ?? readTime(event.requestReceivedTimestamp),
      maker: makerOf(event),
      ...(target && writtenBy(event, target)),
    }),
  };
}

/** The API server's own words; where the level leaves them out, those of the authorizer that refused. */
function answerOf(event: JsonFields) {
  const status = fieldsOf(event.responseStatus);
  const annotations = fieldsOf(event.annotations);
  const refusal =
    annotations['authorization.k8s.io/decision'] === 'forbid'
      ? textIn(annotations['authorization.k8s.io/reason'])
      : undefined;
  const message = textIn(status.message) ?? refusal;
  return {
    code: numberIn(status.code),
    reason: textIn(status.reason),
    message: message && redactText(message.slice(0, messageLimit)),
  };
}

function textsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((each): each is string => typeof each === 'string').slice(0, 50);
  return texts.length > 0 ? texts : undefined;
}
