// A pod was evicted for what it itself used.
import { entity } from '@winnow/contracts';
import { citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit } from '../remedy.ts';
import type { Workload } from '../world/workloads.ts';

const usedTooMuch: Test<Workload> = (workload) => {
  const pod = workload.pods.find(
    (each) =>
      each.status?.reason === 'Evicted' &&
      /exceed(?:ed|s) (?:its |the )?(?:local )?ephemeral|ephemeral local storage usage exceeds|usage of EmptyDir volume .* exceeds/i.test(
        each.status.message ?? '',
      ),
  );
  return (
    pod &&
    clue(
      0,
      'it was evicted for its own use of the disk',
      citeObject(entity('Pod', workload.namespace, pod.metadata.name), 'status', pod.status?.message ?? ''),
    )
  );
};

export const ephemeralStorageEviction = defineMode<Workload>({
  id: 'ephemeral-storage-eviction',
  headline: 'it writes more to the local disk than it may',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.9,
  required: [usedTooMuch],
  summary: ({ name }) => `${name} was evicted because it exceeded its ephemeral-storage limit.`,
  remediation: ({ ref }) => [edit(ref, 'Raise the ephemeral-storage limit, or write to a volume')],
  neighbours: { 'disk-pressure-eviction': 'There the node was short, whoever used it up.' },
});
