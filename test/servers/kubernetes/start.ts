import { obtain } from '../obtain/sources.ts';
import { temporaryFolder } from '../process/folders.ts';
import { freePort } from '../process/free-port.ts';
import type { RunningProcess } from '../process/start-process.ts';
import { auditLogIn, caFileIn, startApiServer } from './api-server.ts';
import { type Client, createClient } from './client.ts';
import { startControllers } from './controllers.ts';
import { type SystemUser, writeCredentials } from './credentials.ts';
import { startEtcd } from './etcd.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type Kwok, startKwok } from './kwok.ts';
import { createObjects, type Objects } from './objects.ts';
import type { KubernetesOptions } from './options.ts';
import { createUser, type UserOptions } from './users.ts';

export interface Kubernetes extends AsyncDisposable, Objects {
  /** `https://127.0.0.1:PORT`; the port stays when the API server is stopped and started. */
  readonly url: string;
  readonly caFile: string;
  /** The path of the admin's. */
  readonly kubeconfig: string;
  /** The admin's bearer token. */
  readonly token: string;
  /** Holds all that the servers were given and wrote, `<server>.log` too; removed at the stop. */
  readonly dir: string;
  readonly auditLogFile?: string;
  /** As the admin, if no other token is given. */
  readonly request: Client['request'];
  /** Makes a ServiceAccount that may do what is said. @returns the path of its kubeconfig. */
  userKubeconfig(options: UserOptions): Promise<string>;
  /** A Node for `apply` that kwok keeps ready; only with kwok. */
  readonly node?: Kwok['node'];
  /**
   * Alone: etcd, the controllers and kwok go on. SIGKILL, the default, is at once; with SIGTERM it refuses new connections,
   * ends the requests under way and, after up to a minute, the watches.
   */
  stopApiServer(options?: { signal?: NodeJS.Signals }): Promise<void>;
  /** On the same port, with the same data. */
  startApiServer(): Promise<void>;
  /** Has etcd forget all but the present. @returns the revision that is left. */
  compactEtcd(): Promise<number>;
  /** By the name of the program, of those that run. */
  readonly pids: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Starts a control plane of its own, with RBAC on, and resolves when it answers (and its nodes are there, with kwok). */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const { name = 'test', controllers = true } = options;
  const binary = await obtain('kubernetes');
  const folder = temporaryFolder('kubernetes');
  const running = new Set<RunningProcess>();
  const stop = async () => {
    // None has anything to save.
    await Promise.all([...running].map((each) => each.end('SIGKILL')));
    client.close();
    folder.remove();
  };
  const url = `https://127.0.0.1:${await freePort()}`;
  const credentials = writeCredentials(folder);
  const client = createClient(url, caFileIn(folder), credentials.tokens.admin);
  const objects = createObjects(client, controllers);
  const kubeconfigFor = (user: string, token: string) =>
    writeKubeconfig(folder.file(`${user.replaceAll(':', '-')}.kubeconfig`), {
      name,
      url,
      caFile: caFileIn(folder),
      token,
    });
  const kubeconfigOf = (user: SystemUser) => kubeconfigFor(user, credentials.tokens[user]);

  try {
    const etcd = await startEtcd(binary, folder.path);
    running.add(etcd.running);
    const port = Number(new URL(url).port);
    const plan = { binary, folder, port, etcdUrl: etcd.url, credentials, client, options };
    let apiServer = await startApiServer(plan);
    running.add(apiServer);
    if (controllers) {
      const started = await startControllers({ binary, folder, credentials, client, kubeconfigOf });
      for (const each of started) running.add(each);
    }
    let kwok: Kwok | undefined;
    if (options.kwok) {
      kwok = await startKwok({ folder, kubeconfig: kubeconfigOf('kwok'), objects, options: options.kwok });
      running.add(kwok.running);
    }
    return {
      ...objects,
      url,
      caFile: caFileIn(folder),
      kubeconfig: kubeconfigOf('admin'),
      token: credentials.tokens.admin,
      dir: folder.path,
      ...(options.auditLog ? { auditLogFile: auditLogIn(folder) } : {}),
      request: client.request,
      async userKubeconfig(user) {
        return kubeconfigFor(user.name, await createUser(client, objects, user));
      },
      ...(kwok ? { node: kwok.node } : {}),
      async stopApiServer({ signal = 'SIGKILL' } = {}) {
        client.close();
        await apiServer.end(signal);
        running.delete(apiServer);
      },
      async startApiServer() {
        apiServer = await startApiServer(plan);
        running.add(apiServer);
      },
      compactEtcd: etcd.compact,
      get pids() {
        return Object.fromEntries([...running].map((each) => [each.name, each.pid]));
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
