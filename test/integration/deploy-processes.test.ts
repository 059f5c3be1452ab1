// What compose and the chart start are services that there are, with settings that they take, and commands with options that they have.

import { describe, expect, test } from 'vitest';
import { serviceNames } from '../../packages/cli/src/service/services.ts';
import { checkEnvironment } from '../../packages/cli/src/settings/check-environment.ts';
import { readers } from '../../packages/cli/src/settings/registry.ts';
import { missingServer } from '../servers/index.ts';
import { runTool } from '../servers/process/run-tool.ts';
import { chartedProcesses, composedProcesses, type Process, readerOf } from './deploy-fixtures/processes.ts';
import { inRepository } from './deploy-fixtures/repository.ts';

/** What `winnow config check` has against it; that Secrets and other mounted files are not on this machine is none of its faults. */
function faultsOf(each: Process): string[] {
  const reader = readerOf(each);
  const env = { ...each.env, ...(each.env.WINNOW_NOTIFY_URLS && { WINNOW_NOTIFY_URLS: 'https://hooks.example.com/' }) };
  const { problems } = checkEnvironment(readers.includes(reader) ? reader : 'all', env);
  return problems
    .filter(({ message }) => !/ is not there$|ENOENT/.test(message))
    .map(({ message }) => `${each.place}: ${message}`);
}

const servicesOf = (processes: readonly Process[]) =>
  [...new Set(processes.flatMap(({ args }) => (args[0] === 'service' ? [args[1]] : [])))].sort();

describe.each([
  ['docker-compose.yml', missingServer('docker-compose'), composedProcesses],
  ['the chart', missingServer('helm'), chartedProcesses],
] as const)('given the processes of %s', (_, missing, read) => {
  let reading: Promise<Process[]> | undefined;
  const processes = () => (reading ??= read());

  test.skipIf(missing)('when their services are listed, then they are all that there are, and no other', async () => {
    expect(servicesOf(await processes())).toEqual([...serviceNames].sort());
  });

  test.skipIf(missing)(
    'when their settings are checked as `winnow config check` does it, then each is one, and right',
    async () => {
      expect((await processes()).flatMap(faultsOf)).toEqual([]);
    },
  );

  test.skipIf(missing)('when options are given, then the command has them', async () => {
    for (const { args, place } of await processes()) {
      const options = args.filter((word) => word.startsWith('--'));
      if (options.length === 0) continue;
      const { stdout } = await runTool(process.execPath, [
        inRepository('packages/cli/src/main.ts'),
        String(args[0]),
        '--help',
      ]);
      expect([place, options.filter((option) => !stdout.includes(option))]).toEqual([place, []]);
    }
  });
});
