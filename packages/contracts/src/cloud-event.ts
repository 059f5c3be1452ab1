// CloudEvents over HTTP (https://cloudevents.io): binary mode has its attributes in headers, and is made the JSON form here.
import { textIn } from './json-fields.ts';

/** The event that a request in binary mode is: its attributes are in the headers, its data is the body. Else the body as it is. */
export function encloseCloudEvent(payload: unknown, headers: Readonly<Record<string, unknown>>): unknown {
  if (textIn(headers['ce-specversion']) === undefined) return payload;
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return { ...Object.fromEntries(attributes.map(([name, value]) => [name.slice(3), decoded(value)])), data: payload };
}

/** Header values are percent-encoded where they hold more than ASCII. */
function decoded(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
