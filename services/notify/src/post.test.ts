import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ask } from '@winnow/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { namedReceiver } from './named-receiver.ts';
import { notifyLookups } from './post.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers so, and how one posts to it. */
async function given(code: number, headers: Record<string, string> = {}) {
  const seen: { method?: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    seen.push({ method: request.method, headers: request.headers, body });
    response.writeHead(code, headers).end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver = namedReceiver(`http://u:p@127.0.0.1:${port}/hook`, '--notify');
  return { seen, receiver };
}

const post = (receivers: Parameters<typeof notifyLookups>[0], name: string) =>
  notifyLookups(receivers).notification?.(
    { arguments: { receiver: name, body: { version: '4' } } } as unknown as Ask,
    new AbortController().signal,
  );

describe('a post', () => {
  it('carries the body and the credentials of the URL', async () => {
    const { seen, receiver } = await given(200);
    expect(await post([receiver], receiver.name)).toEqual({ status: 'ok', value: { code: 200 } });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        body: '{"version":"4"}',
        headers: { authorization: `Basic ${btoa('u:p')}`, 'content-type': 'application/json' },
      },
    ]);
  });

  it.each([
    ['120', 120],
    [new Date(Date.now() - 60_000).toUTCString(), 0],
    ['soon', undefined],
  ])('tells how long it is to wait: %s', async (header, seconds) => {
    const { receiver } = await given(429, { 'retry-after': header });
    const value = { code: 429, ...(seconds !== undefined && { retryAfterSeconds: seconds }) };
    expect(await post([receiver], receiver.name)).toEqual({ status: 'ok', value });
  });

  it('is not sent on where it is redirected', async () => {
    const { seen, receiver } = await given(302, { location: '/elsewhere' });
    expect(await post([receiver], receiver.name)).toEqual({ status: 'ok', value: { code: 302 } });
    expect(seen.length).toBe(1);
  });

  it('says why it did not arrive, in words that hold nothing of the URL', async () => {
    const gone = namedReceiver('http://127.0.0.1:1/T0KEN', '--notify');
    const answer = await post([gone], gone.name);
    expect(answer?.status).toBe('failed');
    expect(answer?.message).not.toContain('T0KEN');
    expect((await post([], gone.name))?.status).toBe('denied');
  });
});
