// Events of core/v1 and events.k8s.io/v1: one stored object in two forms, either of which may leave fields null.
import {
  type EntityRef,
  type EventItem,
  entity,
  fieldsOf,
  isClusterScoped,
  isFields,
  type JsonFields,
  known,
  latestTime,
  numberIn,
  qualifiedKind,
  type ReadItems,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';

const messageLimit = 16 * 1024;

/** Reads one event, or a watch's `{type, object}` around one. */
export const readEvent: ReadItems = (payload, context) => {
  if (!isFields(payload)) return [wrongShape(context, '', 'an Event', payload)];
  if (isFields(payload.object) && !isFields(payload.involvedObject) && !isFields(payload.regarding)) {
    return readEvent(payload.object, context).map((item) =>
      payload.type === 'DELETED' && item.type === 'event' ? { ...item, deleted: true } : item,
    );
  }
  const subject = isFields(payload.involvedObject) ? payload.involvedObject : payload.regarding;
  if (!isFields(subject)) return [wrongShape(context, 'involvedObject', 'the object that the event is about', subject)];
  if (textIn(subject.kind) === undefined) return [wrongShape(context, 'involvedObject.kind', 'a kind', subject.kind)];
  return [eventItem(payload, subject)];
};

function eventItem(event: JsonFields, subject: JsonFields): EventItem {
  const metadata = fieldsOf(event.metadata);
  const source = isFields(event.source) ? event.source : fieldsOf(event.deprecatedSource);
  return {
    type: 'event',
    regarding: regardingOf(subject, metadata),
    reason: textIn(event.reason) ?? '',
    eventType: textIn(event.type) ?? '',
    message: redactText((textIn(event.message) ?? textIn(event.note) ?? '').slice(0, messageLimit)),
    count: countOf(event),
    ...known({
      uid: textIn(metadata.uid),
      resourceVersion: textIn(metadata.resourceVersion),
      regardingUid: textIn(subject.uid),
      container: /\{([^{}]+)\}$/.exec(textIn(subject.fieldPath) ?? '')?.[1],
      ...timesOf(event, metadata),
      ...reporterOf(event, source),
    }),
  };
}

/** Events about what belongs to no namespace are stored in `default`: that is not where their object is. */
function regardingOf(subject: JsonFields, metadata: JsonFields): EntityRef {
  const kind = qualifiedKind(textIn(subject.kind) ?? '', subject.apiVersion);
  const namespace = isClusterScoped(kind) ? undefined : (textIn(subject.namespace) ?? textIn(metadata.namespace));
  return entity(kind, namespace, textIn(subject.name) ?? '');
}

function countOf(event: JsonFields): number {
  const told = numberIn(fieldsOf(event.series).count) ?? numberIn(event.count) ?? numberIn(event.deprecatedCount) ?? 1;
  return Math.max(1, Math.floor(told));
}

function timesOf(event: JsonFields, metadata: JsonFields): { firstAt: string | undefined; lastAt: string | undefined } {
  const eventTime = readTime(event.eventTime);
  const created = readTime(metadata.creationTimestamp);
  const firstTold = readTime(event.firstTimestamp) ?? readTime(event.deprecatedFirstTimestamp);
  const lastTold =
    readTime(fieldsOf(event.series).lastObservedTime) ??
    readTime(event.lastTimestamp) ??
    readTime(event.deprecatedLastTimestamp);
  const lastAt = lastTold ?? eventTime ?? created ?? firstTold;
  const firstAt = firstTold ?? eventTime ?? created ?? lastAt;
  return { firstAt, lastAt: latestTime([firstAt, lastAt]) };
}

function reporterOf(event: JsonFields, source: JsonFields) {
  const controller = textIn(event.reportingComponent) ?? textIn(event.reportingController);
  const reporter = textIn(source.component) ?? controller;
  // A kubelet's instance is its node; other controllers' instances are pods.
  const instance = reporter === 'kubelet' ? textIn(event.reportingInstance) : undefined;
  return { reporter, node: textIn(source.host) ?? instance };
}
