// What whoever asks may see: the data of its tenant, and of its clusters alone. What it may not see is not there for it.
import {
  ALL_CLUSTERS,
  ALL_TENANTS,
  areWithinClusters,
  type Grant,
  isAmongClusters,
  type Silence,
  type SourceStatus,
} from '@winnow/contracts';

/** Whose something is. */
export interface Owned {
  readonly tenant: string;
  readonly cluster: string;
}

export interface View {
  /** Whose it is what whoever asks writes. */
  readonly tenant: string;
  /** Patterns of clusters; all where absent. */
  readonly clusters?: readonly string[];
  /** It sees a part of the installation: what is about all of it is not for it. */
  readonly limited: boolean;
  sees(of: Owned): boolean;
  /** Whether it may see and change it: one that is about more clusters than its own is not its own. */
  ownsSilence(of: { readonly tenant: string; readonly clusters?: Silence['clusters'] }): boolean;
  seesSource(of: SourceStatus): boolean;
}

/** @param own the installation's own tenant. @param grant undefined where nobody is asked who they are: they see everything. */
export function viewOf(grant: Grant | undefined, own: string): View {
  const tenant = grant?.tenant === ALL_TENANTS ? own : (grant?.tenant ?? own);
  const clusters = grant?.clusters;
  const seesAll = grant === undefined || grant.tenant === ALL_TENANTS;
  const seesTenant = (of: string) => seesAll || of === tenant;
  const sees = (of: Owned) => seesTenant(of.tenant) && isAmongClusters(clusters, of.cluster);
  return {
    tenant,
    ...(clusters && { clusters }),
    limited: clusters !== undefined || (grant?.tenant !== undefined && !seesAll),
    sees,
    ownsSilence: (of) =>
      seesTenant(of.tenant) && (clusters === undefined || areWithinClusters(of.clusters ?? [ALL_CLUSTERS], clusters)),
    seesSource: (of) => sees({ tenant: of.tenant ?? own, cluster: of.cluster }),
  };
}

/** Sees everything there is. */
export const fullView = (own: string): View => viewOf(undefined, own);
