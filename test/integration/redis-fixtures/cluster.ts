// A Redis Cluster of three masters without replicas: each is told its slots, and one of them of the others.
import { Redis } from 'ioredis';
import { type RunningServer, startRedis, until } from '../../servers/index.ts';

export interface RunningCluster {
  /** One node only: the others are to be found by it. */
  readonly addresses: string;
  readonly servers: readonly RunningServer[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const NODES = 3;

export async function startCluster(): Promise<RunningCluster> {
  const start = () => startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'] });
  const servers = await Promise.all(Array.from({ length: NODES }, start));
  const nodes = servers.map(({ url }) => new Redis(url, { enableReadyCheck: false }));
  const bound = (at: number) => Math.floor((SLOTS * at) / NODES);
  await Promise.all(nodes.map((node, at) => node.call('CLUSTER', 'ADDSLOTSRANGE', bound(at), bound(at + 1) - 1)));
  for (const { url } of servers.slice(1)) {
    const { hostname, port } = new URL(url);
    await nodes[0]?.call('CLUSTER', 'MEET', hostname, port);
  }
  const isUp = async (node: Redis) => {
    const info = String(await node.call('CLUSTER', 'INFO'));
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`);
  };
  await until(
    async () => (await Promise.all(nodes.map(isUp))).every(Boolean),
    () => 'all nodes of the cluster know each other',
  );
  for (const node of nodes) node.disconnect();
  return {
    addresses: new URL(servers[0]?.url ?? '').host,
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}
