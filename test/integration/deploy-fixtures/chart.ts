// The Helm chart as Helm renders it.
import { basename } from 'node:path';
import { helm, type KubernetesObject } from '../../servers/index.ts';
import { documentsOf, filesBelow, inRepository } from './repository.ts';

export const CHART = 'infra/helm/winnow';
export const RELEASE = 'w';
export const NAMESPACE = 'winnow-system';

/** The values files that the chart is checked with, by their name: `minimal`, `full`, …  */
export const valuesFiles: ReadonlyMap<string, string> = new Map(
  filesBelow(`${CHART}/ci`).map((path) => [basename(path, '-values.yaml'), inRepository(path)]),
);

export interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly terminationGracePeriodSeconds: number;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
}
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

export interface Rendered {
  readonly code: number;
  readonly stderr: string;
  readonly objects: readonly KubernetesObject[];
}

/** @param version of Kubernetes, as templates ask for it */
export async function renderChart(values: string, args: readonly string[] = [], version = '1.34.4'): Promise<Rendered> {
  const file = valuesFiles.get(values);
  const given = file === undefined ? [] : ['-f', file];
  const target = ['template', RELEASE, inRepository(CHART), '-n', NAMESPACE, '--kube-version', version];
  const { code, stdout, stderr } = await helm([...target, ...given, ...args]);
  return { code, stderr, objects: documentsOf<KubernetesObject>(stdout) };
}

const hasPods = (object: KubernetesObject): object is Workload =>
  ['Deployment', 'StatefulSet', 'Job'].includes(object.kind);

export const workloadsOf = (objects: readonly KubernetesObject[]): Workload[] => objects.filter(hasPods);

/** Each process that Winnow is started as: its arguments and the settings that it is given. Those of Secrets are `from-a-secret`. */
export const processesOf = (objects: readonly KubernetesObject[]) =>
  workloadsOf(objects).flatMap(({ metadata, spec }) =>
    spec.template.spec.containers.map(({ args, env }) => ({
      place: metadata.name,
      args,
      env: Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'from-a-secret'])),
    })),
  );
