import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isLocal, parseListen, urlOf } from '../http/listen-address.ts';
import { drain } from '../process/termination.ts';

describe('given an address to listen on', () => {
  test.each([
    ['127.0.0.1:9193', '127.0.0.1', 9193, true],
    ['9193', '127.0.0.1', 9193, true],
    [':80', '::', 80, false],
    ['[::1]:0', '::1', 0, true],
    ['winnow.local:9193', 'winnow.local', 9193, false],
    ['127.0.0.1.example.org:80', '127.0.0.1.example.org', 80, false],
  ])('when it is %s, then host and port are read', (text, host, port, local) => {
    const address = parseListen(text);
    expect(address).toEqual({ host, port });
    expect(isLocal(address)).toBe(local);
  });

  test.each(['', '127.0.0.1', 'host:port', '127.0.0.1:70000', '::1:9193'])(
    'when it is %j, then the error says what is taken',
    (text) => {
      expect(() => parseListen(text)).toThrow(/HOST:PORT such as 127.0.0.1:9193/);
    },
  );

  test('when it is IPv6, then its URL has brackets', () => {
    expect(urlOf({ host: '::1', port: 9193 })).toBe('http://[::1]:9193');
  });
});

describe('given steps of a drain', () => {
  test('when one hangs and one fails, then the others still run and both are named', async () => {
    const ran: string[] = [];
    const late = await drain([
      { name: 'requests', within: 20, run: () => setTimeout(5_000, undefined, { ref: false }) },
      { name: 'stages', within: 1_000, run: () => Promise.reject(new Error('broken')) },
      { name: 'database', within: 1_000, run: async () => void ran.push('database') },
    ]);
    expect(ran).toEqual(['database']);
    expect(late).toEqual(['requests (late)', 'stages (failed: Error: broken)']);
  });
});
