// A container ends, and its last words name the reason: a variable, its configuration, a path, a port, a certificate.
import type { FailureModeId, Remediation } from '@winnow/contracts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit, remedy, rollback } from '../remedy.ts';
import { complains, ended, inWhichItCrashes, rolledOut } from '../world/last-words.ts';
import type { LogKind } from '../world/log-kinds.ts';
import type { ContainerView } from '../world/workloads.ts';

type ContainerTest = Test<ContainerView>;

interface Row {
  readonly id: FailureModeId;
  readonly headline: string;
  readonly summary: string;
  readonly says: string;
  readonly kinds: readonly LogKind[];
  readonly base: number;
  readonly refuting?: readonly ContainerTest[];
  readonly remediation: (container: ContainerView) => readonly Remediation[];
}

const editTemplate =
  (summary: string) =>
  ({ workload }: ContainerView) => [edit(workload.ref, summary)];

const rows: readonly Row[] = [
  {
    id: 'env-var-missing',
    headline: 'an environment variable that it needs is not set',
    summary: 'The application needs an environment variable that is not set.',
    says: 'its log names a variable that is not set',
    kinds: ['env-missing'],
    base: 0.82,
    remediation: editTemplate('Set the variable in the pod template'),
  },
  {
    id: 'env-var-invalid',
    headline: 'an environment variable has a wrong value',
    summary: 'An environment variable has a value that the application does not take.',
    says: 'its log rejects the value of a variable',
    kinds: ['env-invalid'],
    base: 0.78,
    refuting: [complains(0.4, 'the variable is not set at all', 'env-missing')],
    remediation: editTemplate('Correct the variable in the pod template'),
  },
  {
    id: 'config-invalid',
    headline: 'its configuration is not valid',
    summary: "The application's own configuration fails validation or parsing.",
    says: 'its log rejects its configuration',
    kinds: ['config'],
    base: 0.76,
    refuting: [
      complains(0.4, 'it is about a variable of the environment', 'env-missing', 'env-invalid'),
      complains(0.3, 'it may not read the file', 'permission'),
      complains(0.6, 'it is about somebody else who is not there', 'no-host', 'refused'),
    ],
    remediation: ({ workload }) => [
      remedy('Look at its configuration', `kubectl get configmaps -n ${workload.namespace}`, 'low'),
      rollback(workload.ref),
    ],
  },
  {
    id: 'volume-permission-denied',
    headline: 'it may not read or write a path',
    summary: 'The process may not read or write a mounted path.',
    says: 'its log says that a path is denied',
    kinds: ['permission'],
    base: 0.76,
    remediation: editTemplate('Set fsGroup or runAsUser, or mount the volume writable'),
  },
  {
    id: 'image-wrong-architecture',
    headline: 'its image is built for another architecture',
    summary: 'The image is built for another CPU architecture.',
    says: 'the binary cannot be executed here',
    kinds: ['exec-format'],
    base: 0.9,
    remediation: editTemplate('Use an image for the architecture of the nodes'),
  },
  {
    id: 'port-conflict',
    headline: 'the port that it wants is taken',
    summary: 'Two containers of the pod, or two pods on a host port, want the same port.',
    says: 'its log says that the port is taken',
    kinds: ['port-conflict'],
    base: 0.85,
    remediation: editTemplate('Give each container of the pod its own port'),
  },
  {
    id: 'volume-full',
    headline: 'it has no space left',
    summary: 'A volume has no space left.',
    says: 'its log says that no space is left',
    kinds: ['no-space'],
    base: 0.82,
    remediation: editTemplate('Enlarge the volume, or remove what is not needed'),
  },
  {
    id: 'rbac-denied',
    headline: 'its identity lacks a permission in the API',
    summary: "The workload's identity is not allowed an API call that it needs.",
    says: 'the API server refuses it',
    kinds: ['rbac'],
    base: 0.85,
    remediation: ({ workload }) => [
      remedy(
        'See what its ServiceAccount may do',
        `kubectl auth can-i --list --as=system:serviceaccount:${workload.namespace}:${workload.spec?.serviceAccountName ?? 'default'}`,
        'low',
      ),
    ],
  },
  {
    id: 'certificate-expired',
    headline: 'a TLS certificate is expired or not trusted',
    summary: 'A TLS certificate is expired, not yet valid or not trusted.',
    says: 'its log rejects a certificate',
    kinds: ['certificate'],
    base: 0.8,
    remediation: ({ workload }) => [describe(workload.ref, 'Look at the certificate and at the trusted authorities')],
  },
];

export const settingsRejectedModes: readonly Mode[] = rows.map((row) =>
  defineMode<ContainerView>({
    id: row.id,
    headline: row.headline,
    over: (world) => world.containers,
    blames: ({ workload }) => workload.ref,
    base: row.base,
    required: [ended, complains(0.1, row.says, ...row.kinds)],
    supporting: [rolledOut],
    refuting: row.refuting ?? [],
    explains: inWhichItCrashes,
    summary: ({ name }) => `Container ${name} ends: ${row.summary.charAt(0).toLowerCase()}${row.summary.slice(1)}`,
    remediation: row.remediation,
  }),
);
