// Fixtures are kept small.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

export function pack(content: Uint8Array): Buffer {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(content, { params });
}

/** @param name as in `7ae8b5d/winnow.db.br` */
export const unpack = (name: string): Buffer =>
  brotliDecompressSync(readFileSync(new URL(`../../fixtures/upgrade/${name}`, import.meta.url)));
