import { describe, expect, test } from 'vitest';
import { type BannerFacts, bannerOf } from './banner.ts';

const facts: BannerFacts = {
  address: { host: '127.0.0.1', port: 9193 },
  access: { authenticates: false, https: undefined },
  data: '/d',
  cluster: 'default',
  example: false,
  size: { file: 0, used: 0 },
  clusters: [],
  receivers: [],
};

describe('given an up that has started', () => {
  test('when nobody is told and nothing guards it, then it says so', () => {
    const text = bannerOf(facts);
    expect(text).toContain('tells       nobody until --notify URL is set');
    expect(text).toContain('open to     this machine alone');
    expect(text).not.toContain('watches');
  });

  test('when clusters are watched, then they are named, and where alerts without a cluster go', () => {
    const clusters = [{ name: 'prod-eu-1', server: 'https://10.0.0.1' }];
    const text = bannerOf({ ...facts, clusters });
    expect(text).toContain('watches     prod-eu-1 (https://10.0.0.1)');
    expect(text).toContain('give --cluster prod-eu-1 to have such alerts belong to a cluster that is watched');
    expect(bannerOf({ ...facts, clusters, cluster: 'prod-eu-1' })).not.toContain('give --cluster');
  });
});
