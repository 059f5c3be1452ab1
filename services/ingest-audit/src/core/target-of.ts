import {
  type EntityRef,
  entity,
  fieldsOf,
  guessKind,
  isClusterScoped,
  type JsonFields,
  kindOfResource,
  qualifiedKind,
  textIn,
} from '@winnow/contracts';

/** Which object a request was about; undefined for lists and for creates that were refused before they had a name. */
export function targetOf(event: JsonFields): EntityRef | undefined {
  const ref = fieldsOf(event.objectRef);
  const resource = textIn(ref.resource);
  const name = textIn(ref.name) ?? createdName(event);
  if (resource === undefined || name === undefined) return undefined;
  const told = kindOfResource(resource) ?? toldKind(event) ?? guessKind(resource);
  const kind = qualifiedKind(told, `${textIn(ref.apiGroup) ?? ''}/`);
  return entity(kind, isClusterScoped(kind) ? undefined : textIn(ref.namespace), name);
}

/** With generateName only the answer knows the name. */
function createdName(event: JsonFields): string | undefined {
  if (event.verb !== 'create') return undefined;
  const bodies = [event.responseObject, event.requestObject].map((body) => fieldsOf(fieldsOf(body).metadata));
  const named = bodies.map((metadata) => textIn(metadata.name)).find((name) => name !== undefined);
  return named ?? textIn(fieldsOf(fieldsOf(event.responseStatus).details).name);
}

/** The kind that a body tells; a subresource's body (Scale, Eviction, Binding) tells its own. */
function toldKind(event: JsonFields): string | undefined {
  if (textIn(fieldsOf(event.objectRef).subresource) !== undefined) return undefined;
  return [event.responseObject, event.requestObject]
    .map((body) => textIn(fieldsOf(body).kind))
    .find((kind) => kind !== undefined && kind !== 'Status' && !/List$|Options$/.test(kind));
}
