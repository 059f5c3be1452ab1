// `winnow explain`: why something is where it is.
import { signalsStage } from '@winnow/signals';
import type { Stage } from '@winnow/stream';
import type { Command } from 'commander';
import { dataDirOf, dataOption, withReader } from '../data-dir.ts';
import { explain } from '../explain/explain.ts';
import { recordsOfReader } from '../explain/records.ts';
import { readSubject } from '../explain/subject.ts';

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('say why something is where it is, or why it is nowhere')
    .argument('<what>', 'an incident, signal or observation id, an alert fingerprint, or line:N of a recording')
    .option(...dataOption)
    .addHelpText(
      'after',
      '\nExamples:\n  winnow explain inc-3f2a9c01b7d4e655\n  winnow explain 0-17.0          (why this alert became no signal)\n  winnow explain 9f86d081884c7d65 (an alert by its fingerprint)',
    )
    .action(async (what: string, { data }: { data?: string }) => {
      const subject = readSubject(what);
      const lines = await withReader(dataDirOf(data), (reader) =>
        explain(subject, { records: recordsOfReader(reader), signals: signalsStage() as Stage }),
      );
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
