// What a write left behind: the object's facts, its version, and what a patch asked for.
import {
  type AuditItem,
  type EntityRef,
  entity,
  fieldsOf,
  isFields,
  type JsonFields,
  type KubeObject,
  kindOf,
  known,
  numberIn,
  readKubeObject,
  textIn,
} from '@winnow/contracts';
import { redactObject } from '@winnow/redaction';
import { readPatch } from './read-patch.ts';

const writes: readonly unknown[] = ['create', 'update', 'patch'];

/** Of a write that went through, as far as the audit level tells; nothing of any other request. */
export function writtenBy(
  event: JsonFields,
  target: EntityRef,
): Partial<Pick<AuditItem, 'object' | 'resourceVersion' | 'patch'>> {
  const code = numberIn(fieldsOf(event.responseStatus).code);
  if (!writes.includes(event.verb) || (code !== undefined && code >= 300)) return {};
  return known({
    object: factsAfter(event, target),
    resourceVersion: textIn(fieldsOf(fieldsOf(event.responseObject).metadata).resourceVersion),
    patch: askedFor(event, target),
  });
}

/** What the API server answered, else what was asked for. A patch's own body is no object. */
function factsAfter(event: JsonFields, target: EntityRef): KubeObject | undefined {
  const answered = factsOf(event.responseObject, target);
  return answered ?? (event.verb === 'patch' ? undefined : factsOf(event.requestObject, target));
}

function factsOf(body: unknown, target: EntityRef): KubeObject | undefined {
  if (!isFields(body)) return undefined;
  const metadata = { ...fieldsOf(body.metadata), name: fieldsOf(body.metadata).name ?? target.name };
  const read = readKubeObject(redactObject({ ...body, kind: body.kind ?? target.kind, metadata }));
  // Subresources answer with objects of their own: Scale, Eviction, Status.
  return 'object' in read && kindOf(read.object) === target.kind ? read.object : undefined;
}

function askedFor({ verb, requestObject, objectRef }: JsonFields, { kind }: EntityRef) {
  const subresource = textIn(fieldsOf(objectRef).subresource);
  // A Scale has one field that is of its target, whether it is put or patched.
  if (subresource === 'scale') return readPatch(requestObject, 'Scale')?.filter(({ path }) => path === 'spec.replicas');
  return verb === 'patch' && subresource === undefined ? readPatch(requestObject, kind) : undefined;
}

/** Whose controller wanted to create it. */
export function makerOf({ verb, requestObject, objectRef }: JsonFields): EntityRef | undefined {
  const { ownerReferences, namespace } = fieldsOf(fieldsOf(requestObject).metadata);
  if (verb !== 'create' || !Array.isArray(ownerReferences)) return undefined;
  const { kind, name } = fieldsOf(ownerReferences.find((each) => fieldsOf(each).controller === true));
  const place = textIn(namespace) ?? textIn(fieldsOf(objectRef).namespace);
  return textIn(kind) && textIn(name) ? entity(String(kind), place, String(name)) : undefined;
}
