// Diagnoses a live cluster as it is now: it is listed once, and then explained as a capture of it would be.
import type { Report } from '@winnow/contracts';
import { diagnoseInput, TENANT } from '../diagnose.ts';
import { CommandFailed } from '../failure.ts';
import { listCluster } from './list-cluster.ts';
import { type OpenClusters, openClusters } from './open-clusters.ts';

export interface DiagnoseCluster extends Pick<OpenClusters, 'kubeconfig'> {
  /** A context of the kubeconfig; the current one where absent. */
  readonly context?: string;
  readonly namespace?: string;
  readonly onListed?: (kind: string, objects: number) => void;
}

/** Milliseconds for all lists together. */
const PATIENCE = 300_000;

/** @throws ApiUnreachable, DiscoveryFailed; CommandFailed where there is no kubeconfig, or nothing may be listed. */
export async function diagnoseCluster({ context, kubeconfig, namespace, onListed }: DiagnoseCluster): Promise<Report> {
  const clusters = await openClusters({
    ...(context !== undefined && { contexts: [context] }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    env: process.env,
  }).catch((error: Error) => {
    const hint = context === undefined ? ' Or give a PATH: a capture, a recording, or - for stdin.' : '';
    throw new CommandFailed(`${error.message}.${hint}`, 2, { cause: error });
  });
  const [cluster] = clusters;
  if (!cluster) throw new CommandFailed('there is no cluster to look at: give a --context, or a PATH', 2);
  try {
    const capture = await listCluster(cluster, {
      tenant: TENANT,
      signal: AbortSignal.timeout(PATIENCE),
      ...(namespace !== undefined && { namespace }),
      ...(onListed && { onListed }),
    });
    return await diagnoseInput(capture);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const waited = `${cluster.name} (${cluster.server}) has not told of all its objects within ${PATIENCE / 1000} s`;
    throw new CommandFailed(`cluster ${waited}`, 2, { cause: error });
  } finally {
    await cluster.api.close();
  }
}
