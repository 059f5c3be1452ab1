// `winnow dead-letters`: what could not be processed, and why.
import { type DeadLetter, deadLetterCodes, topics } from '@winnow/contracts';
import type { Reader } from '@winnow/sqlite';
import type { Command } from 'commander';
import { dataDirOf, dataOption, withReader } from '../data-dir.ts';
import { CommandFailed } from '../failure.ts';
import { hang, harmless } from '../render/layout.ts';
import { renderTable } from '../render/table.ts';
import { timeOf } from '../render/words.ts';
import { scan } from '../scan.ts';

export function registerDeadLetters(program: Command): void {
  const deadLetters = program.command('dead-letters').description('what could not be processed, and why');
  deadLetters
    .command('ls')
    .description('list dead letters, the newest first')
    .option('-n, --lines <n>', 'how many', '20')
    .option('--json', 'print one JSON object a line')
    .option(...dataOption)
    .action(async ({ lines, json, data }: { lines: string; json?: boolean; data?: string }) => {
      const found = await withReader(dataDirOf(data), (reader) => newest(reader, Number(lines) || 20));
      process.stdout.write(json ? found.map((each) => `${JSON.stringify(each)}\n`).join('') : listText(found));
    });
  deadLetters
    .command('show')
    .description('show one dead letter')
    .argument('<id>', 'as `winnow dead-letters ls` prints it')
    .option(...dataOption)
    .addHelpText('after', '\nExample:\n  winnow dead-letters show dl-4f0c2f6b7d3e9a11')
    .action(async (id: string, { data }: { data?: string }) => {
      const found = await withReader(dataDirOf(data), (reader) => find(reader, id));
      if (!found) throw new CommandFailed(`there is no dead letter ${id}: \`winnow dead-letters ls\` lists them`);
      process.stdout.write(showText(found));
    });
}

function newest(reader: Reader, limit: number): DeadLetter[] {
  const found: DeadLetter[] = [];
  for (const record of scan(reader, topics.deadLetters.name)) {
    found.push(record.value as DeadLetter);
    if (found.length >= limit) break;
  }
  return found;
}

function find(reader: Reader, id: string): DeadLetter | undefined {
  for (const record of scan(reader, topics.deadLetters.name)) {
    if ((record.value as DeadLetter).id === id) return record.value as DeadLetter;
  }
  return undefined;
}

function listText(found: readonly DeadLetter[]): string {
  if (found.length === 0) return 'There are no dead letters.\n';
  const rows = found.map((each) => [
    each.id,
    timeOf(each.at),
    each.cluster,
    each.code,
    harmless(`${each.place}: expected ${each.expected}`),
  ]);
  return `${renderTable(['id', 'at', 'cluster', 'code', 'what'], rows).join('\n')}\n`;
}

export function showText(letter: DeadLetter): string {
  const rows = [
    ['id', letter.id],
    ['at', `${timeOf(letter.at)} UTC`],
    ['cluster', letter.cluster],
    ['stage', letter.stage],
    ['code', `${letter.code}: ${deadLetterCodes[letter.code]}`],
    ['record', letter.position],
    ['place', letter.place],
    ['expected', letter.expected],
    ['found', letter.found],
  ] as const;
  const lines = rows.flatMap(([label, text]) => hang(label.padEnd(10), harmless(text), 100));
  return `${[...lines, ...(letter.stack ? ['', letter.stack] : [])].join('\n')}\n`;
}
