import { describe, expect, it } from 'vitest';
import { readNotifyConfig } from './config.ts';

describe('receivers', () => {
  it('given a secret in a URL, then its name holds the host alone, and credentials become a header', () => {
    const { receivers } = readNotifyConfig(['https://u:p%40ss@hooks.example.com/T0/secret?key=abc'], {});
    const [receiver] = receivers;
    expect(receiver?.name).toMatch(/^hooks\.example\.com#[0-9a-f]{8}$/);
    expect(receiver?.url).toBe('https://hooks.example.com/T0/secret?key=abc');
    expect(receiver?.authorization).toBe(`Basic ${btoa('u:p@ss')}`);
  });

  it('given two of one host, then each has a name; given one twice, then it is one', () => {
    const { receivers } = readNotifyConfig(['http://h/a', 'http://h/b'], {
      WINNOW_NOTIFY_URLS: 'http://h/a, http://h/c',
    });
    expect(new Set(receivers.map(({ name }) => name)).size).toBe(3);
    expect(receivers.map(({ url }) => url)).toEqual(['http://h/a', 'http://h/b', 'http://h/c']);
  });

  it('given what is no URL, then the error names the setting and shows nothing of it', () => {
    expect(() => readNotifyConfig(['hooks.example.com/secret'], {})).toThrow(/^--notify takes an http/);
    expect(() => readNotifyConfig([], { WINNOW_NOTIFY_URLS: 'ftp://x/secret' })).toThrow(/^WINNOW_NOTIFY_URLS takes/);
    expect(() => readNotifyConfig(['nonsense/secret'], {})).not.toThrow(/secret/);
  });
});
