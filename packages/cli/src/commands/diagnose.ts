// `winnow diagnose`: explains a capture, a recording or Kubernetes objects, and says nothing else on stdout.
import { type Report, type Severity, severities } from '@winnow/contracts';
import { type Command, Option } from 'commander';
import { collect } from '../collect.ts';
import { diagnosePath } from '../diagnose.ts';
import { CommandFailed } from '../failure.ts';
import { narrowReport } from '../narrow-report.ts';
import { createProgress, type Progress } from '../progress.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { screenOf } from '../render/style.ts';
import { renderText } from '../render/text.ts';

export type Format = 'text' | 'json' | 'markdown';

interface Flags {
  readonly output: Format;
  readonly json?: true;
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly minSeverity?: Severity;
  readonly failOn?: Severity;
  readonly capture: readonly string[];
}

export function registerDiagnose(program: Command): void {
  program
    .command('diagnose')
    .description('explain what is wrong in a cluster, a capture, a recording or Kubernetes objects')
    .argument(
      '[path]',
      'a directory (capture), a file or - (recording, or Kubernetes objects in JSON or YAML); gzip is seen by content. Without it: the live cluster of the current kubeconfig context, with nothing but GET',
    )
    .addOption(
      new Option('-o, --output <format>', 'how the report is written')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .option('--json', 'the same as -o json')
    .option('--context <name>', 'the live cluster of this kubeconfig context')
    .option('--kubeconfig <file>', 'where contexts are read (default: $KUBECONFIG, else ~/.kube/config)')
    .option('-n, --namespace <name>', 'only incidents that touch this namespace')
    .option('-A, --all-namespaces', 'incidents of all namespaces (the default)')
    .addOption(new Option('--min-severity <severity>', 'only incidents of at least this severity').choices(severities))
    .addOption(
      new Option('--fail-on <severity>', 'end with status 3 where an open incident is at least this severe').choices(
        severities,
      ),
    )
    .option('--capture <dir>', 'a capture beside a recording, for look-ups (may be repeated)', collect, [])
    .addHelpText(
      'after',
      `
Examples:
  winnow diagnose --context prod-eu-1     (or, with kubectl-winnow in the PATH: kubectl winnow diagnose)
  kubectl cluster-info dump -A --output-directory dump && winnow diagnose dump
  winnow diagnose outage.jsonl.gz --capture dump --json
  kubectl get all -A -o json | winnow diagnose -
  winnow diagnose dump --fail-on high     (as a gate in a pipeline)`,
    )
    .action(run);
}

async function run(path: string | undefined, flags: Flags): Promise<void> {
  const progress = createProgress();
  const whole = await (path === undefined ? fromCluster(flags, progress) : fromPath(path, flags, progress));
  progress.done();
  const report = narrowReport(whole, flags);
  process.stdout.write(render(report, flags.json ? 'json' : flags.output));
  if (whole.ledger.received > 0 && whole.ledger.deadLettered === whole.ledger.received) throw nothingReadable(whole);
  if (whole.ledger.received === 0 && whole.problems.length > 0) throw nothingReadable(whole);
  if (flags.failOn && reaches(report, flags.failOn)) process.exitCode = 3;
}

function fromPath(path: string, flags: Flags, progress: Progress): Promise<Report> {
  if (flags.context !== undefined)
    throw new CommandFailed('--context names a live cluster, and a PATH files: give one of them');
  return diagnosePath(path, {
    captures: flags.capture,
    onProgress: ({ arrivals, asOf }) => progress.update(() => `${arrivals} arrivals read, as of ${asOf}`),
  });
}

/** What a live cluster takes is loaded for it alone. */
async function fromCluster(flags: Flags, progress: Progress): Promise<Report> {
  const { diagnoseCluster } = await import('../live/diagnose-cluster.ts');
  const { context, kubeconfig, namespace } = flags;
  return diagnoseCluster({
    ...{ ...(context !== undefined && { context }), ...(kubeconfig !== undefined && { kubeconfig }) },
    ...(namespace !== undefined && { namespace }),
    onListed: (kind, objects) => progress.update(() => `${objects} ${kind} read`),
  });
}

function nothingReadable({ problems }: Report): CommandFailed {
  const [first] = problems;
  return new CommandFailed(
    first
      ? `Nothing could be read. ${first.place}: expected ${first.expected}, found ${first.found}`
      : 'Nothing could be read.',
    2,
  );
}

export function render(report: Report, format: Format): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  return format === 'markdown' ? renderMarkdown(report) : renderText(report, screenOf(process.stdout, process.env));
}

function reaches({ incidents }: Report, severity: Severity): boolean {
  return incidents.some(
    (incident) =>
      incident.status !== 'resolved' && severities.indexOf(incident.severity) <= severities.indexOf(severity),
  );
}
