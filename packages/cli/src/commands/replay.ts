// `winnow replay`: what would have been decided.
import { type Command, InvalidArgumentError } from 'commander';
import { collect } from '../collect.ts';
import { createProgress } from '../progress.ts';
import { screenOf } from '../render/style.ts';
import { renderSummary } from '../render/text.ts';
import { replay } from '../replay.ts';
import { createAnnouncer } from '../up/announce.ts';
import { render } from './diagnose.ts';

interface Flags {
  readonly speed: number;
  readonly capture: readonly string[];
  readonly data?: string;
  readonly json?: true;
}

function readSpeed(text: string): number {
  const speed = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (!(speed > 0)) throw new InvalidArgumentError('a positive number, or max');
  return speed;
}

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('play a recording through the pipeline and print incidents as they form')
    .argument('<recording>', 'a recording (*.jsonl, also gzipped), or - for stdin')
    .option('--speed <n>', 'how many times as fast as it happened, or max', readSpeed, Number.POSITIVE_INFINITY)
    .option('--capture <dir>', 'a capture for look-ups (may be repeated)', collect, [])
    .option('--data <dir>', 'keep log and state there: a replay that was killed goes on (default: in memory)')
    .option('--json', 'print the report at the end, as `diagnose --json` does, and nothing before it')
    .addHelpText(
      'after',
      '\nExamples:\n  winnow replay outage.jsonl.gz --speed 60\n  winnow replay outage.jsonl.gz --data /tmp/replay --json > report.json',
    )
    .action(run);
}

async function run(path: string, { speed, capture, data, json }: Flags): Promise<void> {
  const progress = createProgress();
  const announcer = createAnnouncer((text) => process.stdout.write(text), screenOf(process.stdout, process.env));
  const report = await replay(path, {
    speed,
    captures: capture,
    ...(data !== undefined && { data }),
    ...(!json && { onIncident: (incident, asOf) => incident.hypotheses.length > 0 && announcer.tell(incident, asOf) }),
    onProgress: ({ arrivals, asOf }) => progress.update(() => `${arrivals} arrivals, as of ${asOf}`),
  });
  progress.done();
  process.stdout.write(json ? render(report, 'json') : renderSummary(report, screenOf(process.stdout, process.env)));
}
