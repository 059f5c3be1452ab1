// Writes the state of a cluster as a capture: the files that a person makes with `kubectl get -o json` and `kubectl logs`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kubernetes } from '../kubernetes/start.ts';

const KINDS: Readonly<Record<string, readonly string[]>> = {
  '/api/v1': [
    'namespaces',
    'nodes',
    'pods',
    'events',
    'services',
    'endpoints',
    'configmaps',
    'serviceaccounts',
    'persistentvolumeclaims',
    'persistentvolumes',
    'resourcequotas',
    'limitranges',
  ],
  '/apis/apps/v1': ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
  '/apis/batch/v1': ['jobs', 'cronjobs'],
  '/apis/discovery.k8s.io/v1': ['endpointslices'],
  '/apis/networking.k8s.io/v1': ['ingresses', 'ingressclasses', 'networkpolicies'],
  '/apis/storage.k8s.io/v1': ['storageclasses'],
};

interface List {
  readonly items: readonly {
    readonly metadata: Named;
    readonly spec: { readonly containers?: readonly Named[] };
    readonly status?: { readonly containerStatuses?: readonly (Named & { readonly lastState?: object })[] };
  }[];
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
}

/** Secrets are left out. @param cluster the name that the capture gives it */
export async function captureCluster(kubernetes: Kubernetes, directory: string, cluster: string): Promise<void> {
  for (const [api, plurals] of Object.entries(KINDS)) {
    for (const plural of plurals) {
      const { status, body } = await kubernetes.request<List>(`${api}/${plural}`);
      if (status !== 200) throw new Error(`${api}/${plural} answered ${status}`);
      write(join(directory, `${plural}.json`), body);
      if (plural === 'pods') await captureLogs(kubernetes, directory, body);
    }
  }
  write(join(directory, 'capture.json'), { cluster, capturedAt: new Date().toISOString() });
}

async function captureLogs(kubernetes: Kubernetes, directory: string, pods: List): Promise<void> {
  for (const { metadata, spec, status } of pods.items) {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log`;
    const folder = join(directory, 'logs', String(metadata.namespace), metadata.name);
    const writeLog = async (query: string, file: string) => {
      const log = await kubernetes.request<string>(`${path}?${query}`);
      // A container that has not run has none.
      if (log.status === 200 && log.body) write(join(folder, file), log.body);
    };
    for (const { name } of spec.containers ?? []) {
      await writeLog(`container=${name}`, `${name}.log`);
      const last = status?.containerStatuses?.find((each) => each.name === name)?.lastState ?? {};
      if ('terminated' in last) await writeLog(`container=${name}&previous=true`, `${name}.previous.log`);
    }
  }
}
