import { writeFileSync } from 'node:fs';
import { obtain } from '../obtain/sources.ts';
import type { TemporaryFolder } from '../process/folders.ts';
import { freePort } from '../process/free-port.ts';
import { type RunningProcess, startProcess } from '../process/start-process.ts';
import { answers } from '../process/until.ts';
import type { KubernetesObject, Objects } from './objects.ts';
import type { KwokOptions } from './options.ts';

interface KwokPlan {
  readonly folder: TemporaryFolder;
  readonly kubeconfig: string;
  readonly objects: Objects;
  readonly options: KwokOptions;
}

export interface Kwok {
  readonly running: RunningProcess;
  /** A node that kwok keeps ready, and that the API server asks kwok for the logs of. */
  node(name: string): KubernetesObject;
}

export async function startKwok({ folder, kubeconfig, objects, options }: KwokPlan): Promise<Kwok> {
  const binary = await obtain('kwok');
  const port = await freePort();
  const config = folder.file('kwok.yaml');
  writeFileSync(config, (options.stages ?? []).join('\n---\n'));
  const running = await startProcess({
    name: 'kwok',
    command: binary,
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--config=${config}`,
      '--manage-all-nodes',
      '--node-ip=127.0.0.1',
      `--node-port=${port}`,
      `--server-address=127.0.0.1:${port}`,
      // The API server does not check kubelets' certificates, so any will do.
      `--tls-cert-file=${folder.file('certificates/apiserver.crt')}`,
      `--tls-private-key-file=${folder.file('certificates/apiserver.key')}`,
      '--node-lease-duration-seconds=40',
    ],
    folder: folder.path,
    isReady: () => answers(`http://127.0.0.1:${port}/healthz`),
  });
  const names = Array.from({ length: options.nodes ?? 1 }, (_, index) => `node-${index}`);
  await objects.apply(names.map((name) => kwokNode(name, port)));
  return { running, node: (name) => kwokNode(name, port) };
}

const ROOM = { cpu: '64', memory: '256Gi', pods: '20000' };

function kwokNode(name: string, port: number): KubernetesObject {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    status: {
      capacity: ROOM,
      allocatable: ROOM,
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  };
}
