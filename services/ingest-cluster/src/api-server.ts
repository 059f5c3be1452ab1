// What this service needs of a cluster's API server; an adapter provides it.
import type { MetricFamily } from '@winnow/contracts';

export interface ApiRequest {
  /** From the server's root on: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON where absent. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Which share of the client-side budget it takes. */
  readonly purpose: 'discovery' | 'list' | 'watch' | 'lookup';
}

export interface ApiResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** Streamed; ends or throws with the connection. To be read to its end, or broken off. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ApiServer {
  /** The cluster's name: the kubeconfig context, or as configured. */
  readonly name: string;
  /**
   * Waits for the client-side limit, then asks. Answers of any status are returned.
   * @throws where no connection can be had (TLS, DNS, refused, auth plugin), with a message for people; the signal's reason where it is aborted.
   */
  request(request: ApiRequest): Promise<ApiResponse>;
  metrics(): readonly MetricFamily[];
  close(): Promise<void>;
}

/** One resource in one version, as discovery tells of it. Subresources are left out. */
export interface ApiResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural: `pods`. */
  readonly resource: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** What the cluster serves, each kind in the version that its group prefers; may be minutes old. @throws as `request` does. */
export type Discover = () => Promise<readonly ApiResource[]>;
