// Diagnoses files: a capture, a recording, Kubernetes objects. Everything runs in memory, and nothing is left behind.
import { buildReport, ledgerTotals, type ReadModel } from '@winnow/api';
import { type Capture, combineReaders, InputUnreadable, openCapture, openInput, type Recording } from '@winnow/capture';
import type { Ask, Report } from '@winnow/contracts';
import { deterministicInvestigator } from '@winnow/rca';
import { type ClusterReader, type ClusterReaders, createMemoryLog, createMemoryStore } from '@winnow/stream';
import { CommandFailed } from './failure.ts';
import { followModel } from './follow-model.ts';
import { intake } from './inputs.ts';
import { linesBySignal } from './lines-by-signal.ts';
import { type Pipeline, startPipeline } from './pipeline.ts';
import { type Played, play } from './play.ts';

export const TENANT = 'default';
export type Input = Capture | Recording;

export interface DiagnoseOptions {
  /** Directories of captures beside a recording, that look-ups are answered from. */
  readonly captures?: readonly string[];
  readonly onProgress?: (played: Played) => void;
}

/** Reads the paths, one after the other, as one input. @throws CommandFailed where one cannot be read. */
export async function diagnosePath(path: string, { captures = [], onProgress }: DiagnoseOptions = {}): Promise<Report> {
  return diagnoseInput(await openAny(path), await openBeside(captures), onProgress);
}

/** What is opened already. */
export async function diagnoseInput(
  input: Input,
  beside: readonly Capture[] = [],
  onProgress?: (played: Played) => void,
): Promise<Report> {
  const log = createMemoryLog({ trim: true });
  const model = followModel(log);
  const pipeline = await startPipeline({
    log,
    store: createMemoryStore({ publishTo: log }),
    ...fileOptions(input, beside),
  });
  try {
    const played = await play(pipeline, input.envelopes(), onProgress ? { onChunk: onProgress } : {});
    return reportOf(pipeline, model, input, played);
  } finally {
    await pipeline.close();
  }
}

/** @throws CommandFailed that says what was expected at the path. */
export async function openAny(path: string): Promise<Input> {
  return tellUnreadable(() => openInput(path, { tenant: TENANT, intake }));
}

/** Captures that are given beside a recording, by cluster. */
export async function openBeside(directories: readonly string[]): Promise<readonly Capture[]> {
  const captures: Capture[] = [];
  for (const each of directories)
    captures.push(await tellUnreadable(() => openCapture(each, { tenant: TENANT, intake })));
  return captures;
}

async function tellUnreadable<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof InputUnreadable) throw new CommandFailed(error.message, 2, { cause: error });
    throw error;
  }
}

/** What a pipeline needs for reading a file: its readers, the record's own time, and no patience with crashes. */
export function fileOptions(input: Input, beside: readonly Capture[]) {
  return {
    investigator: deterministicInvestigator({ threads: 0 }),
    readers: readersOf(input.kind === 'capture' ? [input, ...beside] : beside),
    cutOff: input.kind === 'recording',
    ...(input.kind === 'recording' && { recorded: input.answerTo }),
    now: (ask: Ask) => (input.kind === 'recording' ? input.answerTo(ask)?.at : undefined) ?? ask.at,
    onCrash: (part: string, error: unknown) => {
      process.stderr.write(
        `winnow: ${part} crashed and starts again: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    },
  };
}

function readersOf(captures: readonly Capture[]): ClusterReaders {
  const byCluster = new Map<string, ClusterReader[]>();
  for (const capture of captures)
    byCluster.set(capture.cluster, [...(byCluster.get(capture.cluster) ?? []), capture.reader()]);
  const combined = new Map([...byCluster].map(([cluster, readers]) => [cluster, combineReaders(readers)]));
  return (_tenant, cluster) => combined.get(cluster);
}

/** The report of what has been played. */
export function reportOf(pipeline: Pipeline, model: ReadModel, input: Input, played: Played): Report {
  const capture = input.kind === 'capture';
  return buildReport(model, {
    ledger: ledgerTotals(pipeline.ledger()),
    problems: input.problems(),
    asOf: capture ? input.capturedAt : played.asOf,
    clusters: capture ? [input.cluster] : played.clusters,
    ...(capture
      ? { capture, blind: input.blind ?? blindnessOf(input) }
      : { lines: linesBySignal(pipeline.signals.lines) }),
  });
}

/** A capture without a Pod cannot say that a cluster is well. */
function blindnessOf(capture: Capture): readonly string[] {
  for (const { items } of capture.envelopes())
    if (items.some((item) => item.type === 'object' && item.object.kind === 'Pod')) return [];
  return ['no Pod is in the capture'];
}
