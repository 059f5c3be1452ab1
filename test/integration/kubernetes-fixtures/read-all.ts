import type { ApiResponse } from '@winnow/kubernetes';

/** The whole body, as text. */
export async function readAll({ body }: ApiResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
