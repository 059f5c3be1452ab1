import { existsSync, writeFileSync } from 'node:fs';
import type { TemporaryFolder } from '../process/folders.ts';
import { type RunningProcess, startProcess } from '../process/start-process.ts';
import { asText } from '../running-server.ts';
import { AUDIT_POLICY } from './audit-policy.ts';
import type { Client } from './client.ts';
import type { Credentials } from './credentials.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { KubernetesOptions } from './options.ts';

export interface ApiServerPlan {
  readonly binary: string;
  readonly folder: TemporaryFolder;
  readonly port: number;
  readonly etcdUrl: string;
  readonly credentials: Credentials;
  readonly client: Client;
  readonly options: KubernetesOptions;
}

/** The API server makes its certificate itself, once; the file holds the authority that signed it, too. */
export const caFileIn = (folder: TemporaryFolder) => folder.file('certificates/apiserver.crt');
export const auditLogIn = (folder: TemporaryFolder) => folder.file('audit.log');

export function startApiServer(plan: ApiServerPlan): Promise<RunningProcess> {
  const { binary, folder, client } = plan;
  const isReady = async () => {
    if (!existsSync(caFileIn(folder))) return false;
    const answer = await client.request('/readyz').catch(() => undefined);
    return answer?.status === 200;
  };
  return startProcess({
    name: 'kube-apiserver',
    command: binary,
    args: ['apiserver', ...argumentsOf(plan)],
    folder: folder.path,
    isReady,
  });
}

function argumentsOf({ folder, port, etcdUrl, credentials, options }: ApiServerPlan): string[] {
  const { eventTtl, controllers = true, watchCache = true, apiServerArgs = [] } = options;
  return [
    `--etcd-servers=${etcdUrl}`,
    // It compacts when a test says so, and not by itself.
    '--etcd-compaction-interval=0',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // A loopback address is refused as one that others reach it by.
    '--advertise-address=10.0.1.11',
    '--endpoint-reconciler-type=none',
    `--cert-dir=${folder.file('certificates')}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${credentials.tokenFile}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${credentials.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--kubelet-preferred-address-types=InternalIP',
    ...(eventTtl ? [`--event-ttl=${eventTtl}`] : []),
    ...(controllers ? [] : ['--disable-admission-plugins=ServiceAccount']),
    ...(watchCache ? [] : ['--watch-cache=false']),
    ...auditArguments(folder, options),
    ...apiServerArgs,
  ];
}

function auditArguments(folder: TemporaryFolder, options: KubernetesOptions): string[] {
  const { auditPolicy, auditLog = false, auditWebhook } = options;
  if (!auditLog && !auditWebhook) return [];
  writeFileSync(folder.file('audit-policy.yaml'), asText(auditPolicy ?? AUDIT_POLICY));
  const policy = [`--audit-policy-file=${folder.file('audit-policy.yaml')}`];
  const log = auditLog ? [`--audit-log-path=${auditLogIn(folder)}`] : [];
  if (!auditWebhook) return [...policy, ...log];
  const receiver = typeof auditWebhook === 'string' ? { url: auditWebhook } : auditWebhook;
  const file = writeKubeconfig(folder.file('audit-webhook.kubeconfig'), { name: 'audit', ...receiver });
  return [
    ...policy,
    ...log,
    `--audit-webhook-config-file=${file}`,
    '--audit-webhook-batch-max-wait=1s',
    // After a failure the API server waits this long, and longer each time.
    '--audit-webhook-initial-backoff=500ms',
  ];
}
