// From documents to single objects: `List`, typed lists (`PodList`, whose items have no kind of their own), or objects as they are.
import { isFields, textIn } from '@winnow/contracts';

export interface RawObject {
  readonly raw: unknown;
  /** Within the file: `items[3]`; empty for a document that is one object. */
  readonly place: string;
}

const deepest = 4;

export function flattenObjects(document: unknown, place = '', depth = 0): RawObject[] {
  if (Array.isArray(document)) return document.flatMap((each, i) => flattenObjects(each, `${place}[${i}]`, depth + 1));
  if (!isFields(document) || depth > deepest) return [{ raw: document, place }];
  const kind = textIn(document.kind) ?? '';
  const isList =
    kind.endsWith('List') && (Array.isArray(document.items) || document.items === null || document.items === undefined);
  if (!isList) return [{ raw: document, place }];
  const items: readonly unknown[] = Array.isArray(document.items) ? document.items : [];
  const typed = kind === 'List' ? {} : { kind: kind.slice(0, -4), apiVersion: document.apiVersion };
  const path = place === '' ? '' : `${place}.`;
  return items.flatMap((item, i) =>
    flattenObjects(isFields(item) ? { ...typed, ...item } : item, `${path}items[${i}]`, depth + 1),
  );
}
