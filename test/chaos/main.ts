// `node test/chaos/main.ts --runs 100`: prints a line for each run, ends with 1 where one of them differs from the undisturbed run.
import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    disturbances: { type: 'string', default: '8' },
    partitions: { type: 'string', default: '4' },
    instances: { type: 'string', default: '2' },
    copies: { type: 'string', default: '2' },
    verbose: { type: 'boolean', default: false },
  },
});
const [runs, first, disturbances, partitions, instances, copies] = [
  values.runs,
  values.seed,
  values.disturbances,
  values.partitions,
  values.instances,
  values.copies,
].map(Number) as [number, number, number, number, number, number];

let wrong = 0;
for (let seed = first; seed < first + runs; seed++) {
  const begun = performance.now();
  const say = values.verbose ? (text: string) => console.error(`  ${text}`) : undefined;
  const each = { signals: instances, grouping: instances, context: instances, rca: instances };
  const options = { seed, disturbances, partitions, instances: each, copies, ...(say && { say }) };
  const told = await runChaos(options).then(
    ({ arrivals, incidents, differences, happened }) => {
      if (differences.length > 0) wrong += 1;
      const what = `${arrivals} arrivals, ${incidents} revisions of incidents, ${happened.length} disturbances`;
      return [
        `${what}: ${differences.length === 0 ? 'as undisturbed' : `${differences.length} differences`}`,
        ...differences.map((each) => `  ${each.slice(0, 500)}`),
      ];
    },
    (error: unknown) => {
      wrong += 1;
      return [`failed: ${error instanceof Error ? error.message : String(error)}`];
    },
  );
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log([`seed ${seed} (${seconds} s): ${told[0]}`, ...told.slice(1)].join('\n'));
}
console.log(`${runs - wrong} of ${runs} runs as undisturbed`);
process.exit(wrong > 0 ? 1 : 0);
