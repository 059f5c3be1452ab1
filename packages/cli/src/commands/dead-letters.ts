// `winnow dead-letters`: what could not be processed, why, and how to have it tried again.
import type { Command } from 'commander';
import { collect } from '../collect.ts';
import { dataOption } from '../data-dir.ts';
import { listText, showText } from '../dead-letters/dead-letter-text.ts';
import { type WhereFlags, withDeadLetters } from '../dead-letters/open-dead-letters.ts';
import { type Fate, fateText, type ReplayFlags, replayLetters } from '../dead-letters/replay-letters.ts';
import { findLetter, newestFirst, type SelectFlags, selectLetters } from '../dead-letters/select.ts';
import { CommandFailed } from '../failure.ts';
import { serverOptions } from '../server-client.ts';

interface FormFlags extends WhereFlags {
  readonly output: string;
  readonly json?: true;
}
type ListFlags = FormFlags & SelectFlags & { readonly lines: string };
type ReplayCommandFlags = FormFlags & SelectFlags & ReplayFlags & { readonly all?: true };

export function registerDeadLetters(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('what could not be processed, why, and how to have it tried again');
  withSelection(deadLetters.command('ls').description('list dead letters, the newest first'))
    .option('-n, --lines <n>', 'how many', '20')
    .addHelpText('after', '\nExample:\n  winnow dead-letters ls --code poison --since 2h')
    .action(list);
  withForm(deadLetters.command('show').description('one dead letter, and how to mend what made it'))
    .argument('<id>', 'as `winnow dead-letters ls` prints it, or the beginning of it')
    .addHelpText('after', '\nExample:\n  winnow dead-letters show dl-4f0c2f6b7d3e9a11')
    .action(show);
  withSelection(
    deadLetters
      .command('replay')
      .description('have it arrive again, now: it says when it came first, and is counted anew'),
  )
    .argument('[ids...]', 'as `winnow dead-letters ls` prints them, or the beginning of each')
    .option('--all', 'all that can be replayed and has not been')
    .option('--again', 'also what has been replayed before')
    .option('--dry-run', 'only say what would be replayed')
    .option('--as <name>', 'who does it (default: the name of this user)')
    .addHelpText(
      'after',
      '\nExamples:\n  winnow dead-letters replay dl-4f0c2f6b7d3e9a11\n  winnow dead-letters replay --stage signals --code poison --since 1d --dry-run',
    )
    .action(replay);
}

function withForm(command: Command): Command {
  const [server, token] = serverOptions;
  return command
    .option('-o, --output <form>', 'text or json', 'text')
    .option('--json', 'short for -o json')
    .option(...server)
    .option(...token)
    .option(...dataOption);
}

function withSelection(command: Command): Command {
  return withForm(
    command
      .option('--stage <name>', 'set aside by this stage (may be repeated)', collect, [])
      .option('--code <code>', 'with this code, as poison (may be repeated)', collect, [])
      .option('--cluster <name>', 'of this cluster (may be repeated)', collect, [])
      .option('--since <time>', 'from this time on, or from so long ago (2h)'),
  );
}

async function list(flags: ListFlags): Promise<void> {
  const json = wantsJson(flags);
  if (!/^[1-9]\d*$/.test(flags.lines)) throw new CommandFailed(`-n takes a number of dead letters, not ${flags.lines}`);
  const found = await withDeadLetters(flags, (letters) => letters.list());
  const chosen = selectLetters(found, flags, Date.now());
  const shown = chosen.slice(0, Number(flags.lines));
  const lines = shown.map((each) => `${JSON.stringify(each)}\n`);
  process.stdout.write(json ? lines.join('') : listText(shown, chosen.length - shown.length));
}

async function show(id: string, flags: FormFlags): Promise<void> {
  const json = wantsJson(flags);
  const letter = await withDeadLetters(flags, async (letters) => letters.get(findLetter(await letters.list(), id).id));
  if (!letter) throw new CommandFailed(`the log has forgotten ${id}`);
  process.stdout.write(json ? `${JSON.stringify(letter)}\n` : showText(letter));
}

async function replay(ids: readonly string[], flags: ReplayCommandFlags): Promise<void> {
  const json = wantsJson(flags);
  const selects =
    flags.all || flags.since !== undefined || [flags.stage, flags.code, flags.cluster].some(({ length }) => length > 0);
  if (selects === ids.length > 0)
    throw new CommandFailed('give ids of dead letters, or say which with --all, --stage, --code, --cluster or --since');
  const fates: Fate[] = [];
  const told = (fate: Fate) => {
    fates.push(fate);
    process.stdout.write(`${json ? JSON.stringify(fate) : fateText(fate)}\n`);
  };
  const as = flags.as ?? process.env.USER ?? process.env.USERNAME;
  const replayed = await withDeadLetters(flags, async (letters) => {
    const all = await letters.list();
    const chosen = selects
      ? selectLetters(all, flags, Date.now())
      : ids.map((id) => findLetter(all, id)).sort(newestFirst);
    return replayLetters(letters, chosen, { ...flags, ...(as && { as }) }, told);
  });
  process.stderr.write(`${replayed} ${flags.dryRun ? 'would be ' : ''}replayed, ${fates.length - replayed} not.\n`);
  // Who names one is told by the exit code, too; of a selection it is no surprise that not all can be.
  if (!selects && replayed < fates.length) process.exitCode = 2;
}

function wantsJson({ output, json }: FormFlags): boolean {
  if (!['text', 'table', 'json'].includes(output)) throw new CommandFailed(`-o takes text or json, not ${output}`);
  return json ?? output === 'json';
}
