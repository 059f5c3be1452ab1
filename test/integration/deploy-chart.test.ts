// The chart: linted and rendered by the real helm, and what it renders is judged by the real API server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  helm,
  type Kubernetes,
  type KubernetesObject,
  missingServer,
  startKubernetes,
  until,
} from '../servers/index.ts';
import {
  CHART,
  NAMESPACE,
  processesOf,
  renderChart,
  valuesFiles,
  type Workload,
  workloadsOf,
} from './deploy-fixtures/chart.ts';
import { customKinds } from './deploy-fixtures/custom-kinds.ts';
import { inRepository, readText } from './deploy-fixtures/repository.ts';

const find = <T extends KubernetesObject>(objects: readonly KubernetesObject[], kind: string, name = '') =>
  objects.find((each) => each.kind === kind && each.metadata.name.endsWith(name)) as T | undefined;

describe('given the copies that a chart must hold, as it sees nothing outside of itself', () => {
  test.each([
    ['infra/kubernetes/clusterrole.yaml', `${CHART}/files/clusterrole.yaml`],
    ['infra/kubernetes/secrets-clusterrole.yaml', `${CHART}/files/secrets-clusterrole.yaml`],
    ['infra/prometheus/winnow-rules.yml', `${CHART}/files/winnow-rules.yml`],
  ])('when %s is compared with its copy, then they are equal', (original, copy) => {
    expect(readText(copy)).toBe(readText(original));
  });
});

type Labels = Readonly<Record<string, string>>;
const includes = (labels: Labels, wanted: Labels) =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** Of what selects Pods; undefined of all others. */
function selectorOf({ kind, spec }: KubernetesObject): Labels | undefined {
  const { selector, podSelector } = (spec ?? {}) as {
    selector?: Labels | { matchLabels: Labels };
    podSelector?: { matchLabels: Labels };
  };
  if (podSelector) return podSelector.matchLabels;
  if (kind === 'Service') return selector as Labels;
  return (selector as { matchLabels: Labels } | undefined)?.matchLabels;
}

describe.skipIf(missingServer('helm'))('given the chart', () => {
  test.each([...valuesFiles])(
    'when helm lints it strictly with the values %s, then nothing is wrong',
    async (_, file) => {
      const { code, stdout } = await helm(['lint', '--strict', inRepository(CHART), '-f', file]);
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('0 chart(s) failed') });
    },
  );

  test.each([
    ['no brokers', [], /kafka\.brokers: host:port/],
    ['no store', ['--set', 'kafka.brokers=k:9092'], /exactly one of redis\.url/],
    [
      'two stores',
      ['--set', 'kafka.brokers=k:9092,redis.url=redis://r,redis.cluster=r:1'],
      /exactly one of redis\.url/,
    ],
    [
      'no credentials',
      ['--set', 'kafka.brokers=k:9092,redis.url=redis://r'],
      /auth\.existingSecret or tls\.existingSecret is to be set/,
    ],
    ['a password in a URL', ['--set', 'redis.url=redis://:secret@r'], /'\/redis\/url'/],
    ['a service that is not there', ['--set', 'services.signalz.replicas=2'], /'signalz' not allowed/],
    ['a setting that is none', ['--set', 'env.KAFKA=1'], /'\/env'/],
    ['an agent without a cluster', ['--set', 'mode=agent,kafka.brokers=k:9092'], /cluster: the name of the cluster/],
  ])('when there is %s, then it is refused with what is expected', async (_, args, message) => {
    const { code, stderr } = await renderChart('', args);
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });

  test('when it is rendered, then every process may drain for longer than its own grace, and only who watches has a token', async () => {
    const { objects } = await renderChart('minimal', ['--set', 'shutdownGraceSeconds=90']);
    const deployments = workloadsOf(objects).filter(({ kind }) => kind === 'Deployment');
    expect(deployments.length).toBeGreaterThan(8);
    for (const { spec } of deployments) expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(90);
    const withToken = deployments.filter(({ spec }) => spec.template.spec.automountServiceAccountToken);
    expect(withToken.map(({ metadata }) => metadata.name)).toEqual(['w-winnow-context', 'w-winnow-ingest-cluster']);
  });

  test('when it is rendered for an older Kubernetes, then it asks for nothing that came later', async () => {
    const [older, newer] = [await renderChart('minimal', [], '1.27.0'), await renderChart('minimal')];
    const waits = ({ objects }: typeof older) => JSON.stringify(objects).includes('"sleep"');
    expect([waits(older), waits(newer)]).toEqual([false, true]);
  });

  test('when the watched clusters are told, then the ClusterRole is the one of infra/kubernetes', async () => {
    const { objects } = await renderChart('minimal');
    const role = parse(readText('infra/kubernetes/clusterrole.yaml')) as { rules: object[] };
    expect(find(objects, 'ClusterRole')?.rules).toEqual(role.rules);
    const elsewhere = await renderChart('keda');
    expect(find(elsewhere.objects, 'ClusterRole')).toBeUndefined();
  });

  test('when it is rendered as the agent, then one process forwards from a volume of its own and needs no Redis', async () => {
    const { objects } = await renderChart('agent');
    const [agent, ...others] = processesOf(objects);
    expect(others).toEqual([]);
    expect(agent?.args).toEqual(expect.arrayContaining(['agent', '--in-cluster', '--cluster', 'prod-eu-1']));
    expect(Object.keys(agent?.env ?? {}).filter((name) => name.startsWith('WINNOW_REDIS'))).toEqual([]);
    const set = find<Workload & { spec: { volumeClaimTemplates: object[] } }>(objects, 'StatefulSet');
    expect(set?.spec.volumeClaimTemplates).toHaveLength(1);
  });

  test.each([...valuesFiles.keys()])(
    'when %s is rendered, then every selector finds the Pods that it is for, and each process has its policy',
    async (values) => {
      const { objects } = await renderChart(values);
      const workloads = workloadsOf(objects).filter(({ kind }) => kind !== 'Job');
      const found = (selector: Labels) =>
        workloads
          .filter(({ spec }) => includes(spec.template.metadata.labels, selector))
          .map(({ metadata }) => metadata.name);
      const selecting = objects.flatMap((object) => {
        const selector = selectorOf(object);
        return selector ? [{ kind: object.kind, name: object.metadata.name, found: found(selector) }] : [];
      });
      const narrow = selecting.filter(({ kind }) => kind !== 'ServiceMonitor');
      expect(narrow.filter((each) => each.found.join() !== each.name)).toEqual([]);
      const of = (kind: string) => narrow.filter((each) => each.kind === kind).map(({ name }) => name);
      const all = workloads.map(({ metadata }) => metadata.name);
      expect(of('Service')).toEqual(all);
      if (values !== 'keda') expect(of('NetworkPolicy')).toEqual(all);
      const scaled = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject');
      const replicasOf = (name: string) => workloads.find(({ metadata }) => metadata.name === name)?.spec.replicas;
      expect(scaled.map(({ metadata }) => [metadata.name, replicasOf(metadata.name)])).toEqual(
        scaled.map(({ metadata }) => [metadata.name, undefined]),
      );
    },
  );

  test('when passwords are needed, then no rendered object holds one: they are in Secrets by name', async () => {
    const { objects } = await renderChart('full');
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const secret = workloadsOf(objects).flatMap(({ spec }) =>
      spec.template.spec.containers.flatMap(({ env }) =>
        env.filter(({ name }) => /PASSWORD$|SECRET$|URLS$/.test(name)),
      ),
    );
    expect(secret.length).toBeGreaterThan(0);
    expect(secret.filter(({ value }) => value !== undefined)).toEqual([]);
  });
});

describe.skipIf(missingServer('helm') ?? missingServer('kubernetes'))('given a namespace of restricted Pods', () => {
  let cluster: Kubernetes;

  beforeAll(async () => {
    cluster = await startKubernetes({ controllers: false });
    const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: enforce } });
    await cluster.apply(customKinds);
    for (const { spec } of customKinds) await untilServed(spec as Defined);
  });
  afterAll(() => cluster?.stop());

  interface Defined {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string }[];
  }

  const untilServed = ({ group, names, versions }: Defined) =>
    until(
      async () => {
        const path = `/apis/${group}/${versions[0]?.name}`;
        const { body } = await cluster.request<{ resources?: { kind: string }[] }>(path);
        return body.resources?.some(({ kind }) => kind === names.kind) ?? false;
      },
      () => `${names.kind} is served`,
    );

  /** What the API server has against it; undefined where it takes it. Unknown fields are refused, too. */
  async function refusalOf(object: KubernetesObject): Promise<string | undefined> {
    const path = await cluster.pathOf(object);
    const query = '?dryRun=All&fieldManager=helm&fieldValidation=Strict';
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const answer = await cluster.request<{ message?: string }>(path + query, {
      method: 'PATCH',
      headers,
      body: object,
    });
    return answer.status < 300 ? undefined : `${object.kind} ${object.metadata.name}: ${answer.body.message}`;
  }

  /** Workloads are only warned of; it is their Pods that are judged. */
  const podOf = ({ metadata: { name, namespace = '' }, spec }: Workload): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...spec.template.metadata, name, namespace },
    spec: { ...spec.template.spec, serviceAccountName: 'default', volumes: withoutClaims(spec.template.spec) },
  });

  test.each([...valuesFiles.keys()])(
    'when what %s renders is applied, then it is taken, and its Pods are restricted enough',
    async (name) => {
      const { objects } = await renderChart(name);
      expect(objects.length).toBeGreaterThan(5);
      const refusals = [];
      for (const object of objects) refusals.push(await refusalOf(object));
      for (const workload of workloadsOf(objects)) refusals.push(await refusalOf(podOf(workload)));
      expect(refusals.filter(Boolean)).toEqual([]);
    },
  );

  test('when a Pod would run as root, then this very check refuses it', async () => {
    const { objects } = await renderChart('minimal');
    const pod = podOf(workloadsOf(objects)[0] as Workload) as { spec: { securityContext: object } } & KubernetesObject;
    const asRoot = { ...pod, spec: { ...pod.spec, securityContext: { runAsUser: 0 } } };
    expect(await refusalOf(asRoot)).toMatch(/violates PodSecurity "restricted/);
  });
});

/** What a StatefulSet adds by itself. */
function withoutClaims(spec: object): object[] {
  const { volumes = [] } = spec as { volumes?: object[] };
  return [...volumes, { name: 'data', emptyDir: {} }];
}
