// Whether a server keeps what it is given.
import { Cluster, type Redis } from 'ioredis';

/** What is wrong with how the servers are set up, for people; nothing where all is well. */
export async function findWeaknesses(client: Redis | Cluster): Promise<string[]> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  const found = await Promise.all(servers.map(async (server) => weaknessesIn(await server.info())));
  return [...new Set(found.flat())];
}

/** Reads the answer to INFO; what it does not tell is taken to be well. */
export function weaknessesIn(info: string): string[] {
  const weaknesses: string[] = [];
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? '';
  if (policy.startsWith('allkeys'))
    weaknesses.push(
      `maxmemory-policy is ${policy}: a server short of memory would drop parts of the state; set noeviction`,
    );
  if (/^aof_enabled:0/m.test(info))
    weaknesses.push(
      'appendonly is no: what came after its last snapshot is lost with the server, and is derived again',
    );
  return weaknesses;
}
