import {
  type EntityRef,
  fieldsOf,
  isFields,
  type JsonFields,
  type KubeObject,
  kindOf,
  numberIn,
  readKubeObject,
} from '@winnow/contracts';
import { redactObject } from '@winnow/redaction';

const writes: readonly unknown[] = ['create', 'update', 'patch'];

/**
 * The facts of the target after a write that went through, where the audit level has them: what the API server answered, else what
 * was asked for. A patch's own body is no object.
 */
export function factsAfter(event: JsonFields, target: EntityRef): KubeObject | undefined {
  const code = numberIn(fieldsOf(event.responseStatus).code);
  if (!writes.includes(event.verb) || (code !== undefined && code >= 300)) return undefined;
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
