// All keys of a Redis as JSON, and back, whatever version of Redis it is.
import { Redis } from 'ioredis';

/** Contents in base64: fields and values of a hash, members and scores of a sorted set. */
export type RedisDump = Readonly<
  Record<string, { readonly kind: 'hash' | 'zset'; readonly content: readonly string[] }>
>;

const read = { hash: 'hgetallBuffer', zset: 'zrangeBuffer' } as const;

export async function dumpRedis(url: string): Promise<RedisDump> {
  const client = new Redis(url);
  const dump: Record<string, RedisDump[string]> = {};
  for (const key of (await client.keys('*')).sort()) {
    const kind = (await client.type(key)) as 'hash' | 'zset';
    const content: Buffer[] =
      kind === 'hash'
        ? Object.entries(await client[read.hash](key)).flatMap(([field, value]) => [Buffer.from(field), value])
        : await client[read.zset](key, 0, -1, 'WITHSCORES');
    dump[key] = { kind, content: content.map((each) => each.toString('base64')) };
  }
  client.disconnect();
  return dump;
}

export async function restoreRedis(url: string, dump: RedisDump): Promise<void> {
  const client = new Redis(url);
  for (const [key, { kind, content }] of Object.entries(dump)) {
    const words = content.map((each) => Buffer.from(each, 'base64'));
    if (kind === 'hash') await client.hset(key, ...words);
    else await client.zadd(key, ...inPairs(words).flatMap(([member, score]) => [String(score), member]));
  }
  client.disconnect();
}

function inPairs(words: readonly Buffer[]): (readonly [Buffer, Buffer])[] {
  const pairs: (readonly [Buffer, Buffer])[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) pairs.push([words[at] as Buffer, words[at + 1] as Buffer]);
  return pairs;
}

export async function emptyRedis(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}
