// Access to one cluster's API server, as those who look at it need it.
import type { MetricFamily } from '@winnow/contracts';

/** Which share of the client-side budget a request takes. */
export const purposes = ['discovery', 'list', 'watch', 'lookup'] as const;
export type Purpose = (typeof purposes)[number];

export interface ApiRequest {
  /** From the server's root on: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON where absent. */
  readonly accept?: string;
  /** Answered with 304 where what is there still has this ETag. */
  readonly ifNoneMatch?: string;
  readonly signal?: AbortSignal;
  readonly purpose: Purpose;
}

export interface ApiResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /**
   * Streamed; ends or throws with the connection. It is to be read to its end or broken off at once: until then it holds its connection and, but for
   * watches, its place among the requests that run at once; one that nobody begins to read is cut after a minute. Bodies of answers other than 2xx are cut at 64 KiB and need not be read.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ApiServer {
  /** The cluster's name: the kubeconfig context, or as configured. */
  readonly name: string;
  /**
   * Waits for the client-side limit, then asks. Answers of any status are returned; 401 is tried again once with fresh credentials, 429 some
   * times after what the server asks to wait.
   * @throws ApiUnreachable where no connection can be had (TLS, DNS, refused, credentials); the signal's reason where that is aborted.
   */
  request(request: ApiRequest): Promise<ApiResponse>;
  metrics(): readonly MetricFamily[];
  /** Ends what runs, and what waits. */
  close(): Promise<void>;
}
