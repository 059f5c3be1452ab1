import type { KubernetesObject } from '../kubernetes/objects.ts';

/** What a workload's container does each time it runs; a log is what it has written by then, without times. */
export type Behaviour =
  | { readonly does: 'run'; readonly log?: readonly string[] }
  /** Ends after a second or two, and is restarted with a back-off that soon stays at CrashLoopBackOff. */
  | {
      readonly does: 'crash';
      readonly exitCode: number;
      readonly reason: 'Error' | 'OOMKilled';
      readonly log: readonly string[];
    }
  /** Is never created, for a reason that the kubelet gives. */
  | {
      readonly does: 'wait';
      readonly reason: 'ImagePullBackOff' | 'CreateContainerConfigError';
      readonly message: string;
    }
  /** Its pods are never created or never placed, by the control plane's own doing. */
  | { readonly does: 'nothing'; readonly event: string };

/** An incident that is staged on the control plane; the kubelet's part is what `behaviours` say. */
export interface Scenario {
  readonly name: string;
  readonly namespace: string;
  readonly objects: readonly KubernetesObject[];
  /** Applied to mend it. From then on the containers of its pods, and of new ones, run. */
  readonly mend?: readonly KubernetesObject[];
  /** By the label `app` of the pods; their one container has that name, too. */
  readonly behaviours: Readonly<Record<string, Behaviour>>;
}
