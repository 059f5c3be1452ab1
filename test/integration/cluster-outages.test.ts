// What becomes of a watched cluster when the way to it, or its API server, fails.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, type Kubernetes, missingServer, startKubernetes, startProxy, until } from '../servers/index.ts';
import { startHalfOpenProxy } from './cluster-fixtures/half-open.ts';
import { configMap } from './cluster-fixtures/objects.ts';
import { startWatching, type Watching } from './cluster-fixtures/watching.ts';

const connected = (watching: Watching) =>
  until(
    () => watching.status().state === 'connected',
    () => JSON.stringify(watching.status()),
  );
const knows = (watching: Watching, name: string) =>
  until(
    () => watching.known('ConfigMap').has(`default/${name}`),
    () => `${name} among ${[...watching.known('ConfigMap').keys()]}: ${JSON.stringify(watching.restarts())}`,
  );
const isBlind = (watching: Watching) =>
  until(
    () => watching.status().state === 'blind',
    () => JSON.stringify(watching.status()),
  );
/** Requests about one kind that were not waited for any longer. */
function givenUp(watching: Watching): number {
  const { silent = 0, 'no-answer': unanswered = 0 } = watching.restarts('configmaps');
  return silent + unanswered;
}

describe.skipIf(missingServer('kubernetes'))('given a watched cluster', () => {
  let kubernetes: Kubernetes;
  let kubeconfig: string;
  beforeAll(async () => {
    kubernetes = await startKubernetes({ controllers: false });
    kubeconfig = await kubernetes.userKubeconfig({
      name: 'winnow',
      clusterRoleFile: 'infra/kubernetes/clusterrole.yaml',
    });
  });
  afterAll(() => kubernetes?.stop());
  // A test that failed may have left it stopped.
  beforeEach(async () => {
    if (!kubernetes.pids['kube-apiserver']) await kubernetes.startApiServer();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'when the API server ends by %s and comes back, then it is blind meanwhile, and no change is lost',
    async (signal) => {
      const name = signal.toLowerCase();
      await kubernetes.apply(configMap(`${name}-goes`));
      await using watching = startWatching({ kubeconfig, patience: { heard: 2_000 } });
      await connected(watching);
      await kubernetes.stopApiServer({ signal });
      await isBlind(watching);
      const vouched = watching.heartbeats();
      expect(watching.status().details.length).toBeGreaterThan(0);
      await kubernetes.startApiServer();
      // These may come before it is watched again.
      await kubernetes.remove(configMap(`${name}-goes`));
      await kubernetes.apply(configMap(`${name}-comes`));
      await knows(watching, `${name}-comes`);
      await until(
        () => !watching.known('ConfigMap').has(`default/${name}-goes`),
        () => 'its end',
      );
      await connected(watching);
      expect(watching.heartbeats()).toBeGreaterThan(vouched);
      // It went on where it stood.
      expect(watching.lists('configmaps')).toEqual({ start: 1 });
    },
  );

  it('when all connections are reset, then it goes on where it stood', async () => {
    await using proxy = await startProxy(kubernetes.url);
    await using watching = startWatching({ kubeconfig, url: proxy.url });
    await connected(watching);
    proxy.cut();
    await kubernetes.apply(configMap('after-the-cut'));
    await knows(watching, 'after-the-cut');
    expect([watching.lists('configmaps'), watching.restarts('configmaps')]).toEqual([{ start: 1 }, { connection: 1 }]);
  });

  it('when the network passes nothing any more, then it is not vouched for, and all is caught up with later', async () => {
    await using proxy = await startProxy(kubernetes.url);
    await using watching = startWatching({ kubeconfig, url: proxy.url, patience: { heard: 3_000 } });
    await connected(watching);
    proxy.goSilent();
    await kubernetes.apply(configMap('in-the-silence'));
    await isBlind(watching);
    const vouched = watching.heartbeats();
    await until(
      () => givenUp(watching) > 0,
      () => JSON.stringify(watching.restarts()),
    );
    expect(watching.heartbeats()).toBe(vouched);
    proxy.resume();
    await knows(watching, 'in-the-silence');
    await connected(watching);
  });

  it('when single connections are lost and nobody says so, then they are found by their silence', async () => {
    await using proxy = await startHalfOpenProxy(kubernetes.url);
    // A new request may take one of the lost connections, and the next after it another.
    await using watching = startWatching({ kubeconfig, url: proxy.url, patience: { answer: 5_000 } });
    await connected(watching);
    proxy.loseConnections();
    await kubernetes.apply(configMap('on-a-lost-connection'));
    await knows(watching, 'on-a-lost-connection');
    expect(watching.lists('configmaps')).toEqual({ start: 1 });
    expect(givenUp(watching)).toBeGreaterThan(0);
  });

  it('when another cluster cannot be reached, then that one is blind, and this one is told of as ever', async () => {
    const url = `https://127.0.0.1:${await freePort()}`;
    await using unreachable = startWatching({ kubeconfig, url, name: 'elsewhere' });
    await using watching = startWatching({ kubeconfig });
    await connected(watching);
    await until(
      () => unreachable.status().details.length > 0,
      () => 'its trouble',
    );
    expect([unreachable.status().state, unreachable.heartbeats()]).toEqual(['blind', 0]);
    expect(unreachable.status().details[0]).toContain('elsewhere');
  });
});
