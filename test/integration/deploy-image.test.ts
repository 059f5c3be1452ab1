// The image, as far as that goes without an engine: what the Dockerfile copies is there, and is enough for all that is started from it.
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, temporaryFolder } from '../servers/index.ts';
import { run } from '../servers/obtain/run.ts';
import { runTool } from '../servers/process/run-tool.ts';
import { type RunningProcess, startProcess } from '../servers/process/start-process.ts';
import { answers } from '../servers/process/until.ts';
import { assembleBuildStage, copiesOf, exists, type Instruction, readDockerfile } from './deploy-fixtures/image.ts';
import { readText } from './deploy-fixtures/repository.ts';

const dockerfile = readDockerfile();
const argsOf = (name: string): string[] =>
  dockerfile.filter((each) => each.name === name).map(({ args }: Instruction) => args);

/** What a COPY of the last stage takes along: its user, and the only folders that it may write. */
const USER = 65_532;
const isRoot = process.getuid?.() === 0;

const folder = temporaryFolder('image');
const app = folder.file('app');
const node = folder.file('node');
const [data, temporary] = [folder.file('data'), folder.file('tmp')];
let files: string[] = [];

beforeAll(async () => {
  chmodSync(folder.path, 0o755);
  mkdirSync(app);
  files = assembleBuildStage(app);
  const install = argsOf('RUN').find((args) => args.includes('npm ci')) ?? '';
  const npmArgs = install
    .replace(/^.*npm ci/, '')
    .trim()
    .split(/\s+/);
  await run('npm', ['ci', ...npmArgs, '--prefer-offline'], { cwd: app });
  copyFileSync(process.execPath, node);
  for (const path of [data, temporary]) {
    mkdirSync(path);
    if (isRoot) chownSync(path, USER, USER);
  }
  if (!isRoot) await run('chmod', ['-R', 'a-w', app]);
});

afterAll(async () => {
  if (!isRoot) await run('chmod', ['-R', 'u+w', app]);
  folder.remove();
});

/** As in a container whose root file system is read-only: another user, none of this environment, no home. */
function inContainer(args: readonly string[], env: Readonly<Record<string, string>> = {}): [string, string[]] {
  const variables = Object.entries({ TMPDIR: temporary, ...env }).map(([name, value]) => `${name}=${value}`);
  const asUser = isRoot ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups'] : [];
  const [command = '', ...rest] = [...asUser, 'env', '-i', ...variables, node, ...args];
  return [command, rest];
}

const winnow = (args: readonly string[], env?: Readonly<Record<string, string>>) => {
  const [command, rest] = inContainer([join(app, 'packages/cli/src/main.ts'), ...args], env);
  return runTool(command, rest, { cwd: '/' });
};

describe('given the Dockerfile', () => {
  test('when it is read, then every source that it copies is in the repository', () => {
    const sources = copiesOf(dockerfile).flatMap((copy) => copy.sources);
    expect(sources).toContain('packages');
    expect(sources.filter((source) => !exists(source))).toEqual([]);
  });

  test('when it names the version of Node, then it is the one that the tests run with', () => {
    const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, { version: string }> };
    expect(argsOf('ARG')).toContain(`NODE_VERSION=${lock.packages['node_modules/node']?.version}`);
    expect(process.versions.node).toBe(lock.packages['node_modules/node']?.version);
  });

  test('when the image is started, then node is the first process, as a user who is a number and not root', () => {
    expect(argsOf('USER')).toEqual([`${USER}:${USER}`]);
    expect(JSON.parse(argsOf('ENTRYPOINT')[0] ?? '')).toEqual(['/usr/local/bin/node', '/app/packages/cli/src/main.ts']);
    expect(argsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    const [, ...check] = JSON.parse((argsOf('HEALTHCHECK')[0] ?? '').replace(/^.*CMD /, '')) as string[];
    expect(check.map((path) => exists(path.replace('/app/', '')))).toEqual([true]);
  });
});

describe('given the files that the Dockerfile copies, with production dependencies', () => {
  test('when they are listed, then no test and nothing of a development machine is among them', () => {
    expect(files.filter((path) => /\.test\.ts$|node_modules|\.env|\.db$|\.git\//.test(path))).toEqual([]);
    expect(files).toContain('packages/cli/src/main.ts');
  });

  test('when development dependencies are looked for, then none is there', async () => {
    const { code } = await runTool('ls', [join(app, 'node_modules/vitest')]);
    expect(code).not.toBe(0);
  });

  test.each([['--version'], ['up --help'], ['diagnose examples/cascade']])(
    'when `winnow %s` is run by a user without a home, on files that it cannot write, then it works',
    async (line) => {
      const args = line.split(' ').map((word) => word.replace(/^examples/, join(app, 'examples')));
      const { code, stderr } = await winnow(args);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    },
  );

  test('when `winnow up` is run so, then its health check passes, it writes to its data alone, and SIGTERM drains it', async () => {
    const listen = `127.0.0.1:${await freePort()}`;
    const env = { WINNOW_DATA: data, WINNOW_LISTEN: listen };
    const main = join(app, 'packages/cli/src/main.ts');
    const [command, args] = inContainer([main, 'up', '--listen', listen, '--no-example'], env);
    const up: RunningProcess = await startProcess({
      name: 'winnow',
      command,
      args,
      folder: folder.path,
      isReady: () => answers(`http://${listen}/-/ready`),
    });
    const check = () => {
      const [shell, rest] = inContainer([join(app, 'infra/docker/health-check.ts')], env);
      return runTool(shell, rest, { cwd: '/' });
    };
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
    await up.end('SIGTERM');
    expect((await check()).code).toBe(1);
    expect(readLog(up)).toContain('SIGTERM: draining');
  });
});

const readLog = ({ logFile }: RunningProcess) => readFileSync(logFile, 'utf8');
