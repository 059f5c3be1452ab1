import { obtain } from '../obtain/sources.ts';
import { type TemporaryFolder, temporaryFolder } from '../process/folders.ts';
import { freePort } from '../process/free-port.ts';
import type { RunningProcess } from '../process/start-process.ts';
import { auditLogIn, caFileIn, startApiServer } from './api-server.ts';
import { type Client, createClient } from './client.ts';
import { startControllers } from './controllers.ts';
import { type Credentials, type SystemUser, writeCredentials } from './credentials.ts';
import { type Etcd, startEtcd } from './etcd.ts';
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
  const binary = await obtain('kubernetes');
  const plan = await makePlan(binary, options);
  const running = new Set<RunningProcess>();
  const stop = async () => {
    // None has anything to save.
    await Promise.all([...running].map((each) => each.end('SIGKILL')));
    plan.client.close();
    plan.folder.remove();
  };
  try {
    const parts = await startParts(plan, running);
    return handleOf(plan, parts, running, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Plan {
  readonly binary: string;
  readonly options: KubernetesOptions;
  readonly folder: TemporaryFolder;
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly client: Client;
  readonly objects: Objects;
  readonly kubeconfigFor: (user: string, token: string) => string;
}

async function makePlan(binary: string, options: KubernetesOptions): Promise<Plan> {
  const { name = 'test', controllers = true } = options;
  const folder = temporaryFolder('kubernetes');
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const caFile = caFileIn(folder);
  const credentials = writeCredentials(folder);
  const client = createClient(url, caFile, credentials.tokens.admin);
  const kubeconfigFor = (user: string, token: string) =>
    writeKubeconfig(folder.file(`${user.replaceAll(':', '-')}.kubeconfig`), { name, url, caFile, token });
  const objects = createObjects(client, controllers);
  return { binary, options, folder, url, port, credentials, client, objects, kubeconfigFor };
}

interface Parts {
  readonly etcd: Etcd;
  apiServer: RunningProcess;
  readonly startApiServer: () => Promise<RunningProcess>;
  readonly kwok: Kwok | undefined;
}

/** What has started is in `running`, also where a later part fails. */
async function startParts(plan: Plan, running: Set<RunningProcess>): Promise<Parts> {
  const { binary, folder, options, credentials, kubeconfigFor } = plan;
  const kubeconfigOf = (user: SystemUser) => kubeconfigFor(user, credentials.tokens[user]);
  const etcd = await startEtcd(binary, folder.path);
  running.add(etcd.running);
  const start = async () => {
    const started = await startApiServer({ ...plan, etcdUrl: etcd.url });
    running.add(started);
    return started;
  };
  const apiServer = await start();
  if (options.controllers ?? true) {
    for (const each of await startControllers({ ...plan, kubeconfigOf })) running.add(each);
  }
  const kwok = options.kwok && (await startKwok({ ...plan, kubeconfig: kubeconfigOf('kwok'), options: options.kwok }));
  if (kwok) running.add(kwok.running);
  return { etcd, apiServer, startApiServer: start, kwok };
}

function handleOf(plan: Plan, parts: Parts, running: Set<RunningProcess>, stop: () => Promise<void>): Kubernetes {
  const { options, folder, url, credentials, client, objects, kubeconfigFor } = plan;
  return {
    ...objects,
    url,
    caFile: caFileIn(folder),
    kubeconfig: kubeconfigFor('admin', credentials.tokens.admin),
    token: credentials.tokens.admin,
    dir: folder.path,
    ...(options.auditLog ? { auditLogFile: auditLogIn(folder) } : {}),
    ...(parts.kwok ? { node: parts.kwok.node } : {}),
    request: client.request,
    async userKubeconfig(user) {
      return kubeconfigFor(user.name, await createUser(client, objects, user));
    },
    async stopApiServer({ signal = 'SIGKILL' } = {}) {
      client.close();
      await parts.apiServer.end(signal);
      running.delete(parts.apiServer);
    },
    async startApiServer() {
      parts.apiServer = await parts.startApiServer();
    },
    compactEtcd: parts.etcd.compact,
    get pids() {
      return Object.fromEntries([...running].map((each) => [each.name, each.pid]));
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
