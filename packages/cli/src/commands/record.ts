// `winnow record`: what the sources delivered, as a recording; and, with --capture, the state that it adds up to.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CaptureFold, writeCapture } from '@winnow/capture';
import type { Reader } from '@winnow/sqlite';
import type { Command } from 'commander';
import { dataDirOf, dataOption, withReader } from '../data-dir.ts';
import { CommandFailed } from '../failure.ts';
import { interrupted } from '../interrupted.ts';
import { createProgress } from '../progress.ts';
import { createRecorder, type Recorder } from '../record/recorder.ts';
import { openSink, type Sink } from '../record/sink.ts';
import { readWindow, type WindowOptions } from '../record/window.ts';

interface Flags extends WindowOptions {
  readonly output?: string;
  readonly capture?: string;
  readonly follow?: true;
  readonly data?: string;
}

/** Milliseconds between two looks at a log that is followed. */
const POLL = 200;

export function registerRecord(program: Command): void {
  program
    .command('record')
    .description('write what the sources delivered, look-ups included, as a recording that replays exactly')
    .option('-o, --output <file>', 'where to (gzipped where it ends in .gz; default: stdout)')
    .option('--since <time>', 'from this time on, or from so long ago (2h); what still counts then comes first')
    .option('--until <time>', 'up to this time, or up to so long ago')
    .option('--incident <id>', 'only what concerns an incident: its cluster, from an hour before it')
    .option('--capture <dir>', 'also write the state of the cluster at the end as a capture, into a new directory')
    .option('-f, --follow', 'go on as records arrive, until Ctrl-C')
    .option(...dataOption)
    .addHelpText(
      'after',
      `
Everything in it is redacted, as it is in the log.

Examples:
  winnow record -o today.jsonl.gz --since 24h
  winnow record --incident inc-0b21c9aa233bfe5c -o incident.jsonl.gz --capture state
  winnow replay incident.jsonl.gz`,
    )
    .action((flags: Flags) => withReader(dataDirOf(flags.data), (reader) => record(reader, flags)));
}

async function record(reader: Reader, flags: Flags): Promise<void> {
  if (flags.capture !== undefined) assertNew(flags.capture);
  const window = readWindow(flags, reader, Date.now());
  const recorder = createRecorder(reader, window, { capture: flags.capture !== undefined });
  const signal = interrupted();
  const sink = openSink(flags.output);
  const progress = createProgress();
  do {
    await pour(recorder, sink, signal, () => progress.update(() => countsOf(recorder)));
    if (!flags.follow || recorder.over) break;
    await sink.flush();
    await sleep(POLL, undefined, { signal }).catch(() => undefined);
  } while (!signal.aborted);
  await sink.end();
  progress.done();
  const written = flags.capture === undefined ? '' : await writeCaptures(flags.capture, recorder.captures);
  process.stderr.write(`${countsOf(recorder)} recorded${flags.output ? ` in ${flags.output}` : ''}${written}.\n`);
}

async function pour(recorder: Recorder, sink: Sink, signal: AbortSignal, onLine: () => void): Promise<void> {
  for (const line of recorder.lines()) {
    if (signal.aborted) return;
    await sink.write(line);
    onLine();
  }
}

function countsOf({ counts: { arrivals, lookups } }: Recorder): string {
  return `${arrivals.toLocaleString('en-US')} arrivals and ${lookups.toLocaleString('en-US')} look-ups`;
}

/** A capture is all that lies in its directory: what lay there before would be read as part of it. */
function assertNew(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new CommandFailed(`--capture takes a new or empty directory: there is something in ${directory} already`);
}

/** One cluster lies in the directory itself, several in one each. */
async function writeCaptures(directory: string, captures: ReadonlyMap<string, CaptureFold>): Promise<string> {
  for (const [cluster, fold] of captures) {
    const own = captures.size === 1 ? directory : join(directory, cluster.replace(/[^A-Za-z0-9._-]|^\./g, '_'));
    await writeCapture(own, cluster, fold);
  }
  return captures.size === 0 ? '; there is no state to write a capture of' : `, with a capture in ${directory}`;
}
