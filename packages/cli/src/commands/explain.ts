// `winnow explain`: why something is where it is.
import { signalsStage } from '@winnow/signals';
import type { Stage } from '@winnow/stream';
import type { Command } from 'commander';
import { collect } from '../collect.ts';
import { dataDirOf, dataOption, withReader } from '../data-dir.ts';
import { explain } from '../explain/explain.ts';
import { type FlowRecords, recordsOfReader } from '../explain/records.ts';
import { recordsOfInput } from '../explain/records-of-input.ts';
import { readSubject } from '../explain/subject.ts';

interface Flags {
  readonly in?: string;
  readonly capture: readonly string[];
  readonly data?: string;
}

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('say why something is where it is, or why it is nowhere')
    .argument('<what>', 'an incident, signal or observation id, an alert fingerprint, or line:N of a recording')
    .option('--in <path>', 'a capture or a recording, as `winnow diagnose` takes them, instead of the data directory')
    .option('--capture <dir>', 'a capture beside a recording, for look-ups (may be repeated)', collect, [])
    .option(...dataOption)
    .addHelpText(
      'after',
      `
Examples:
  winnow explain inc-3f2a9c01b7d4e655                 (its members, and why each is there)
  winnow explain 0-17.0                               (what this arrival came to, and by which rule)
  winnow explain 9f86d081884c7d65                     (an alert by its fingerprint)
  winnow explain line:212 --in outage.jsonl.gz`,
    )
    .action(async (what: string, flags: Flags) => {
      const subject = readSubject(what);
      const tell = (records: FlowRecords) => explain(subject, { records, signals: signalsStage() as Stage });
      const lines = flags.in
        ? tell(await recordsOfInput(flags.in, flags.capture))
        : await withReader(dataDirOf(flags.data), (reader) => tell(recordsOfReader(reader)));
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
