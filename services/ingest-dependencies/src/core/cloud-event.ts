// Changes that are told as CloudEvents, and what CDEvents say in them: https://cloudevents.io, https://cdevents.dev.
import { fieldsOf, type JsonFields, textIn } from '@winnow/contracts';

export function isCloudEvent(entry: JsonFields): boolean {
  return textIn(entry.specversion) !== undefined && textIn(entry.type) !== undefined;
}

/** The plain form of a change, as far as the event tells it; what is missing its reader will name. */
export function plainChangeOf(event: JsonFields): JsonFields {
  const type = textIn(event.type) ?? '';
  if (type.startsWith('dev.cdevents.')) return changeOfCdEvent(event, type);
  const data = fieldsOf(event.data);
  return {
    kind: kindOfType(type),
    subject: subjectNamed(textIn(event.subject)),
    summary: [type, textIn(event.subject)].filter((part) => part).join(' '),
    actor: event.source,
    ...data,
  };
}

/** `com.example.feature-flag.changed` → `feature-flag.changed`. */
function kindOfType(type: string): string {
  return type.split('.').slice(-2).join('.');
}

/** `Deployment/shop/cart`, or `Node/n1`. */
function subjectNamed(subject: string | undefined): object | undefined {
  const parts = /^([A-Z][A-Za-z]*)\/(?:([^/]+)\/)?([^/]+)$/.exec(subject ?? '');
  return parts ? { kind: parts[1], namespace: parts[2], name: parts[3] } : undefined;
}

/** What CDEvents call the deeds that put another version of a service in place. */
const deployments = new Set(['deployed', 'upgraded', 'rolledback', 'removed', 'published']);

function changeOfCdEvent(event: JsonFields, type: string): JsonFields {
  const [, , what = '', done = ''] = type.split('.');
  const data = fieldsOf(event.data);
  const subject = fieldsOf(data.subject);
  const { environment, artifactId } = fieldsOf(subject.content);
  const id = textIn(subject.id) ?? '';
  // A service's id is free text; where it is a path its last parts are namespace and name.
  const [name = '', namespace] = id
    .split('/')
    .filter((part) => part !== '')
    .reverse();
  const place = textIn(fieldsOf(environment).id);
  return {
    kind: what === 'service' && deployments.has(done) ? 'deployment' : `${what}.${done}`,
    subject: what === 'service' ? { kind: 'Service', namespace, name } : { kind: capital(what), name: id },
    summary: [`${what} ${id} ${done}`, textIn(artifactId) && `: ${artifactId}`, place && ` in environment ${place}`]
      .filter((part) => part)
      .join(''),
    actor: textIn(fieldsOf(data.context).source) ?? event.source,
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
