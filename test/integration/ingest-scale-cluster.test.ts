// Two processes that share the watching of clusters; one is killed, and the other goes on where it stood.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Item, partitionOf } from '@winnow/contracts';
import type { KafkaLog } from '@winnow/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Servers, startServers } from '../chaos/servers.ts';
import { type Kubernetes, missingServer, startKubernetes, temporaryFolder, until } from '../servers/index.ts';
import { type Agent, agentOf } from './agent-fixtures/agent.ts';
import { configMap } from './cluster-fixtures/objects.ts';
import { type Arrivals, followArrivals } from './ingest-fixtures/arrivals.ts';
import { type Instance, startInstance } from './ingest-fixtures/instance.ts';
import { openLog } from './kafka-fixtures/logs.ts';

const PARTITIONS = 2;

/** Two names of each partition. */
const clusters = [0, 1].flatMap((partition) =>
  Array.from({ length: 50 }, (_, at) => `cluster-${at}`)
    .filter((name) => partitionOf('default', name, PARTITIONS) === partition)
    .slice(0, 2),
);

/** One control plane under several names. */
function writeContexts(kubernetes: Kubernetes): string {
  const { kubeconfig } = kubernetes;
  const config = JSON.parse(JSON.stringify(readKubeconfig(kubeconfig)));
  const [{ context }] = config.contexts;
  config.contexts = clusters.map((name) => ({ name, context }));
  config['current-context'] = clusters[0];
  writeFileSync(`${kubeconfig}.several`, JSON.stringify(config));
  return `${kubeconfig}.several`;
}

describe.skipIf(missingServer('kafka') ?? missingServer('redis') ?? missingServer('kubernetes'))(
  'given two processes that watch clusters',
  () => {
    let servers: Servers;
    let kubernetes: Kubernetes;
    let log: KafkaLog;
    let arrivals: Arrivals;
    const instances: Instance[] = [];
    const agents: Agent[] = [];
    const folder = temporaryFolder('audit');

    beforeAll(async () => {
      [servers, kubernetes] = await Promise.all([startServers(PARTITIONS), startKubernetes({ controllers: false })]);
      log = openLog(servers.env.WINNOW_KAFKA_BROKERS as string);
      arrivals = followArrivals(log, PARTITIONS);
    });
    afterAll(async () => {
      await Promise.all([...instances.map((each) => each.kill()), ...agents.map((each) => each.stop())]);
      folder.remove();
      await arrivals?.close();
      await log?.close();
      await Promise.all([servers?.stop(), kubernetes?.stop()]);
    });

    const changesOf = (cluster: string, name: string): readonly string[] =>
      arrivals.of(cluster).flatMap(({ items }) => items.flatMap((item) => changeIn(item, name)));
    const told = (name: string, change: string) =>
      until(
        () => clusters.every((cluster) => changesOf(cluster, name).includes(change)),
        () => `${change} ${name} of all: ${clusters.map((cluster) => changesOf(cluster, name).join())}`,
      );
    const watched = (instance: Instance, count: number) =>
      until(
        async () => (await instance.figure('winnow_clusters_watched{state="watched"}')) === count,
        () => `${count} clusters watched`,
      );
    const lists = (cluster: string) =>
      arrivals
        .of(cluster)
        .flatMap(({ items }) => items.filter((item) => item.type === 'list-begin' && item.kind === 'ConfigMap')).length;

    it('when one is killed, then the other takes its clusters over from where it stood, and nothing that happened meanwhile is lost', async () => {
      const env = {
        ...servers.env,
        KUBECONFIG: writeContexts(kubernetes),
        WINNOW_CONTEXTS: clusters.join(','),
      };
      // Of a former try.
      await Promise.all(instances.splice(0).map((each) => each.kill()));
      await kubernetes.apply([configMap('stays'), configMap('goes')]);
      const one = await startInstance('ingest-cluster', { ...env, WINNOW_INSTANCE: 'one' });
      instances.push(one);
      await told('stays', 'ADDED');
      const other = await startInstance('ingest-cluster', { ...env, WINNOW_INSTANCE: 'other' });
      instances.push(other);
      await Promise.all([watched(one, 2), watched(other, 2)]);
      await kubernetes.apply(configMap('comes'));
      await told('comes', 'ADDED');

      const listed = clusters.map(lists);
      expect(Math.min(...listed)).toBeGreaterThan(0);

      await one.kill();
      await kubernetes.apply(configMap('stays', { a: '1' }));
      await kubernetes.remove(configMap('goes'));
      await kubernetes.apply(configMap('came-and-went'));
      await kubernetes.remove(configMap('came-and-went'));
      await told('came-and-went', 'DELETED');
      await told('goes', 'DELETED');
      await told('stays', 'MODIFIED');
      await watched(other, 4);
      // No cluster was listed again: each watch went on at the version that was saved.
      expect(clusters.map(lists)).toEqual(listed);
      // To those who read, it is one source, whoever keeps it.
      const names = clusters.flatMap((cluster) => arrivals.of(cluster).map(({ instance }) => instance));
      expect(new Set(names)).toEqual(new Set(['watch']));
    });

    it('when an agent takes in the cluster and is killed, then it goes on where it stood, and nothing that happened meanwhile is lost', async () => {
      const audit = join(folder.path, 'audit.log');
      writeFileSync(audit, '');
      const context = ['--context', clusters[0] as string, '--kubeconfig', writeContexts(kubernetes)];
      const broker = servers.env.WINNOW_KAFKA_BROKERS as string;
      const agent = await agentOf({ broker, args: [...context, '--audit-log', audit] });
      agents.push(agent);
      await agent.start();
      await kubernetes.apply([configMap('first'), configMap('second')]);
      const toldOf = (name: string, change: string) =>
        until(
          () => changesOf('edge', name).includes(change),
          () => `${change} ${name}: ${changesOf('edge', name)}`,
        );
      const audits = () =>
        arrivals
          .of('edge')
          .flatMap(({ items }) => items.flatMap((item) => (item.type === 'audit' ? item.auditID : [])));
      const readTo = (last: string) =>
        until(
          () => audits().includes(last),
          () => `entries of the audit log: ${audits()}`,
        );
      await toldOf('second', 'ADDED');
      appendFileSync(audit, entry('a'));
      await readTo('a');
      await agent.kill();
      await kubernetes.remove(configMap('first'));
      await kubernetes.apply(configMap('third'));
      appendFileSync(audit, entry('b') + entry('c'));
      await agent.start();
      await toldOf('third', 'ADDED');
      await toldOf('first', 'DELETED');
      await readTo('c');
      expect([...new Set(audits())]).toEqual(['a', 'b', 'c']);
      expect(new Set(arrivals.of('edge').flatMap(({ source }) => source))).toContain('heartbeat');
    });
  },
);

function changeIn(item: Item, name: string): readonly string[] {
  if (item.type !== 'object') return [];
  return item.object.metadata.name === name ? [item.change] : [];
}

const entry = (auditID: string) =>
  `${JSON.stringify({ auditID, verb: 'get', stage: 'ResponseComplete', stageTimestamp: new Date().toISOString() })}\n`;

const readKubeconfig = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
