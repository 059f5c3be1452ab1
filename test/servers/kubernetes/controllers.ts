import type { TemporaryFolder } from '../process/folders.ts';
import { type RunningProcess, startProcess } from '../process/start-process.ts';
import { caFileIn } from './api-server.ts';
import type { Client } from './client.ts';
import type { Credentials } from './credentials.ts';
import { untilPodsAreAllowed } from './objects.ts';

interface ControllersPlan {
  readonly binary: string;
  readonly folder: TemporaryFolder;
  readonly credentials: Credentials;
  readonly client: Client;
  readonly kubeconfigOf: (user: 'system:kube-controller-manager' | 'system:kube-scheduler') => string;
}

/** Starts the controller manager and the scheduler, and resolves when namespaces are ready for pods. */
export async function startControllers(plan: ControllersPlan): Promise<RunningProcess[]> {
  const { binary, folder, credentials, client, kubeconfigOf } = plan;
  const start = (name: 'controller-manager' | 'scheduler', ...args: readonly string[]) =>
    startProcess({
      name: `kube-${name}`,
      command: binary,
      args: [
        name,
        `--kubeconfig=${kubeconfigOf(`system:kube-${name}`)}`,
        '--leader-elect=false',
        // It serves nothing.
        '--secure-port=0',
        ...args,
      ],
      folder: folder.path,
      isReady: async () => true,
    });
  const running = await Promise.all([
    start(
      'controller-manager',
      `--service-account-private-key-file=${credentials.serviceAccountKey}`,
      `--root-ca-file=${caFileIn(folder)}`,
      '--use-service-account-credentials',
      // There is no metrics API for it to ask.
      '--controllers=*,-horizontal-pod-autoscaler-controller',
    ),
    start('scheduler'),
  ]);
  await untilPodsAreAllowed(client, 'default');
  return running;
}
