import { describe, expect, it } from 'vitest';
import { whoIsTold } from './who-is-told.ts';

const here = 'http://127.0.0.1:9193';

describe('who is told', () => {
  it('links to where it listens, else to where people reach it', () => {
    expect(whoIsTold(['http://hooks/a'], {}, here).externalUrl).toBe(here);
    const env = { WINNOW_EXTERNAL_URL: 'https://winnow.example.com/' };
    expect(whoIsTold([], env, here)).toEqual({ receivers: [], externalUrl: 'https://winnow.example.com' });
  });

  it.each(['http://localhost:9193/webhooks/alertmanager', 'http://127.0.0.1:9193/x', 'http://[::1]:9193/'])(
    'is never itself: %s',
    (url) => {
      expect(() => whoIsTold([url], {}, here)).toThrow('leads to this Winnow itself');
    },
  );

  it.each(['http://localhost:9194/', 'http://winnow-2:9193/webhooks/alertmanager'])('may be another one: %s', (url) => {
    expect(whoIsTold([url], {}, here).receivers.length).toBe(1);
  });

  it('says which setting is wrong', () => {
    expect(() => whoIsTold(['hooks'], {}, here)).toThrow(/^--notify takes/);
    expect(() => whoIsTold([], { WINNOW_EXTERNAL_URL: 'winnow' }, here)).toThrow(/^WINNOW_EXTERNAL_URL takes/);
  });
});
