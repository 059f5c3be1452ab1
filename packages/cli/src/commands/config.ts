// `winnow config`: which settings there are, and whether an environment is right.
import type { Command } from 'commander';
import { CommandFailed } from '../failure.ts';
import { checkEnvironment } from '../settings/check-environment.ts';
import { checkServers } from '../settings/connect.ts';
import { describeSettings } from '../settings/describe-settings.ts';
import { groupsOf, type Reader, readers } from '../settings/registry.ts';
import { checkDocument, checkText } from '../settings/render-check.ts';
import { settingsPage, settingsText } from '../settings/render-settings.ts';

export function registerConfig(program: Command): void {
  const config = program
    .command('config')
    .description('the settings: environment variables, and whether they are right');
  config
    .command('check')
    .description('say everything that is wrong with the environment of a service')
    .argument('[service]', `${readers.join(', ')}, or all`, 'up')
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
    .action(async (name: string, { connect, output }: { connect?: true; output: string }) => {
      const format = oneOf('-o', output, ['text', 'json']);
      const checked = checkEnvironment(readerOf(name), process.env);
      // Settings that are wrong name no server that could be tried.
      const servers = connect && checked.problems.length === 0 ? await checkServers(checked.reader, process.env) : [];
      const document = checkDocument(checked, servers);
      process.stdout.write(format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : checkText(document));
      if (!document.ok) process.exitCode = 2;
    });
  config
    .command('ls')
    .description('list the settings of a service, or all')
    .argument('[service]', `${readers.join(', ')}, or all`, 'all')
    .option('-o, --output <format>', 'text, markdown (all of them, as a page) or json', 'text')
    .addHelpText('after', '\nExamples:\n  winnow config ls signals\n  winnow config ls -o markdown > docs/settings.md')
    .action((name: string, { output }: { output: string }) => {
      const format = oneOf('-o', output, ['text', 'markdown', 'json']);
      const settings = describeSettings(groupsOf(readerOf(name)));
      const text = () => (format === 'markdown' ? settingsPage() : settingsText(settings));
      process.stdout.write(format === 'json' ? `${JSON.stringify(settings, null, 2)}\n` : text());
    });
}

function readerOf(name: string): Reader | 'all' {
  if (name === 'all' || readers.includes(name)) return name;
  throw new CommandFailed(`there is no service ${name}: give one of ${readers.join(', ')}, or all`);
}

function oneOf<T extends string>(option: string, given: string, among: readonly T[]): T {
  const found = among.find((each) => each === given);
  if (found) return found;
  throw new CommandFailed(`${option} takes ${among.join(', ')}, not ${given}`);
}
