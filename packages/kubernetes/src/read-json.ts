// Bodies that are one JSON value, and what the API server says in a Status.
import { fieldsOf, textIn } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import type { ApiResponse } from './api-server.ts';

/** @throws SyntaxError where the body is no JSON */
export async function readJson({ body }: ApiResponse): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw new SyntaxError(`a body of ${text.length} characters is no JSON`);
  }
}

/** The server's own words for an answer that is no success, redacted: `403 pods is forbidden: User "x" cannot list …`. */
export async function tellStatus(response: ApiResponse): Promise<string> {
  const said = await readJson(response).catch(() => undefined);
  const message = textIn(fieldsOf(said).message) ?? '';
  return redactText(`${response.status} ${message}`.trim().slice(0, 1000));
}
