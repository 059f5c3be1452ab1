// Stages incidents on a real control plane: everything but the kubelet is real, and the kubelet's part is scripted.
import { writeFileSync } from 'node:fs';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { KubernetesOptions } from '../kubernetes/options.ts';
import { type Kubernetes, startKubernetes } from '../kubernetes/start.ts';
import { temporaryFolder } from '../process/folders.ts';
import { until } from '../process/until.ts';
import { deletion, MENDED, podStages, RESTARTS } from './pod-stages.ts';
import type { Behaviour, Scenario } from './scenario.ts';

export interface Stage extends Kubernetes {
  /** Applies the scenario's objects. */
  begin(scenario: Scenario): Promise<void>;
  /** Until all of its workloads do what they are said to, and the control plane has said what it says to that. */
  settled(scenario: Scenario): Promise<void>;
  /** Applies what mends it, and has all containers of its pods run. */
  mend(scenario: Scenario): Promise<void>;
}

/** A control plane on which these scenarios can be begun. */
export async function startStage(
  scenarios: readonly Scenario[],
  options: Omit<KubernetesOptions, 'kwok'> & { readonly nodes?: number } = {},
): Promise<Stage> {
  const logs = temporaryFolder('logs');
  const documents = [deletion, ...scenarios.flatMap((each) => [...stagesOf(each), logsOf(each, logs.file)])];
  // JSON is YAML.
  const stages = documents.map((each) => JSON.stringify(each));
  const kubernetes = await startKubernetes({ ...options, kwok: { nodes: options.nodes ?? 2, stages } });
  const stop = async () => {
    await kubernetes.stop();
    logs.remove();
  };
  return {
    ...kubernetes,
    get pids() {
      return kubernetes.pids;
    },
    async begin({ namespace, objects }) {
      await kubernetes.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...objects]);
    },
    async settled(scenario) {
      const behaviours = Object.entries(scenario.behaviours);
      for (const [app, behaviour] of behaviours) {
        await until(
          () => isSettled(kubernetes, scenario.namespace, app, behaviour),
          () => `${app} of ${scenario.name} does what it is to (${behaviour.does})`,
          300,
        );
      }
    },
    async mend({ namespace, mend = [] }) {
      await kubernetes.apply(mend);
      await labelPods(kubernetes, namespace);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function labelPods(kubernetes: Kubernetes, namespace: string): Promise<void> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { body: list } = await kubernetes.request<{ items: readonly KubernetesObject[] }>(pods);
  for (const { metadata } of list.items) {
    await kubernetes.request(`${pods}/${metadata.name}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { metadata: { labels: { [MENDED]: 'yes' } } },
    });
  }
}

function stagesOf({ namespace, behaviours }: Scenario): object[] {
  return Object.entries(behaviours).flatMap(([app, behaviour]) => podStages(namespace, app, behaviour));
}

/** All runs of a container wrote the same, so the latest log and the one before it are one file. */
function logsOf({ namespace, behaviours }: Scenario, file: (name: string) => string): object {
  const logs = Object.entries(behaviours).map(([app, behaviour]) => {
    const path = file(`${namespace}-${app}.log`);
    const lines = 'log' in behaviour ? (behaviour.log ?? []) : [];
    const now = new Date().toISOString();
    writeFileSync(path, lines.map((line) => `${now} stdout F ${line}\n`).join(''));
    return { containers: [app], logsFile: path, previousLogsFile: path };
  });
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterLogs',
    metadata: { name: namespace },
    spec: { selector: { matchNamespaces: [namespace] }, logs },
  };
}

interface PodList {
  readonly items: readonly {
    readonly status: {
      readonly containerStatuses?: readonly {
        readonly ready: boolean;
        readonly restartCount: number;
        readonly state: { readonly waiting?: { readonly reason: string } };
      }[];
    };
  }[];
}

async function isSettled(
  kubernetes: Kubernetes,
  namespace: string,
  app: string,
  behaviour: Behaviour,
): Promise<boolean> {
  const path = `/api/v1/namespaces/${namespace}`;
  if (behaviour.does === 'nothing') {
    const query = `fieldSelector=reason=${behaviour.event}`;
    const { body } = await kubernetes.request<{ items: readonly { involvedObject: { name: string } }[] }>(
      `${path}/events?${query}`,
    );
    return body.items.some(({ involvedObject }) => involvedObject.name.startsWith(app));
  }
  const { body } = await kubernetes.request<PodList>(`${path}/pods?labelSelector=app=${app}`);
  const containers = body.items.map((pod) => pod.status.containerStatuses?.[0]);
  return (
    containers.length > 0 &&
    containers.every((container) => {
      const reason = container?.state.waiting?.reason;
      if (behaviour.does === 'run') return container?.ready === true;
      if (behaviour.does === 'wait') return reason === behaviour.reason;
      return reason === 'CrashLoopBackOff' && container?.restartCount === RESTARTS;
    })
  );
}
