// `winnow config`: which settings there are, and whether an environment is right.
import type { Command } from 'commander';
import { CommandFailed } from '../failure.ts';

const whose = 'up, agent, a service as `winnow service` names it, topics, ledger, dead-letters, commands, or all';

export function registerConfig(program: Command): void {
  const config = program
    .command('config')
    .description('the settings: environment variables, and whether they are right');
  config
    .command('check')
    .description('say everything that is wrong with the environment of a service')
    .argument('[service]', whose, 'up')
    .option('--connect', 'also try the servers that it names, and look at the topics')
    .option('-o, --output <format>', 'text or json', 'text')
    .addHelpText(
      'after',
      `
Ends with status 2 where something is wrong. Values of secrets are never printed.

Examples:
  winnow config check
  winnow config check signals --connect
  winnow config check all -o json | jq '.problems[].message'`,
    )
    .action(check);
  config
    .command('ls')
    .description('list the settings of a service, or all')
    .argument('[service]', whose, 'all')
    .option('-o, --output <format>', 'text, markdown (all of them, as a page) or json', 'text')
    .addHelpText('after', '\nExamples:\n  winnow config ls signals\n  winnow config ls -o markdown > docs/settings.md')
    .action(list);
}

// The schemas of all services are loaded only where they are asked for: the help does without.
async function check(name: string, { connect, output }: { connect?: true; output: string }): Promise<void> {
  const { checkEnvironment } = await import('../settings/check-environment.ts');
  const { checkDocument, checkText } = await import('../settings/render-check.ts');
  const format = oneOf('-o', output, ['text', 'json']);
  const checked = checkEnvironment(await readerOf(name), process.env);
  // Settings that are wrong name no server that could be tried.
  const servers = connect && checked.problems.length === 0 ? await tryServers(checked.reader) : undefined;
  const document = checkDocument(checked, servers);
  process.stdout.write(format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : checkText(document));
  if (!document.ok) process.exitCode = 2;
}

async function tryServers(reader: string) {
  const { checkServers } = await import('../settings/connect.ts');
  return checkServers(reader, process.env);
}

async function list(name: string, { output }: { output: string }): Promise<void> {
  const { describeSettings } = await import('../settings/describe-settings.ts');
  const { groupsOf } = await import('../settings/registry.ts');
  const { settingsPage, settingsText } = await import('../settings/render-settings.ts');
  const format = oneOf('-o', output, ['text', 'markdown', 'json']);
  const settings = describeSettings(groupsOf(await readerOf(name)));
  const text = () => (format === 'markdown' ? settingsPage() : settingsText(settings));
  process.stdout.write(format === 'json' ? `${JSON.stringify(settings, null, 2)}\n` : text());
}

/** @throws CommandFailed */
async function readerOf(name: string): Promise<string> {
  const { readers } = await import('../settings/registry.ts');
  if (name === 'all' || readers.includes(name)) return name;
  throw new CommandFailed(`there are no settings of ${name}: give one of ${readers.join(', ')}, or all`);
}

function oneOf<T extends string>(option: string, given: string, among: readonly T[]): T {
  const found = among.find((each) => each === given);
  if (found) return found;
  throw new CommandFailed(`${option} takes ${among.join(', ')}, not ${given}`);
}
