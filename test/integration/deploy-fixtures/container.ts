// A container of the image, as far as that goes without an engine: the files of the image, run by another user, who may write to
// /data and /tmp alone, with nothing of this environment and without a home.
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../servers/index.ts';
import { run } from '../../servers/obtain/run.ts';
import { type Ended, runTool } from '../../servers/process/run-tool.ts';
import { type RunningProcess, startProcess } from '../../servers/process/start-process.ts';
import { answers } from '../../servers/process/until.ts';
import { assembleBuildStage, readDockerfile } from './image.ts';

type Env = Readonly<Record<string, string>>;

export interface Container {
  /** The user of the Dockerfile. */
  readonly user: number;
  /** Where the files of the image lie, and which they are. */
  readonly app: string;
  readonly files: readonly string[];
  /** Runs `winnow` to its end. */
  winnow(args: readonly string[], env?: Env): Promise<Ended>;
  /** Resolves when /-/ready answers 200. */
  start(name: string, args: readonly string[], listen: string, env?: Env): Promise<RunningProcess>;
  /** As the engine does it. */
  checkHealth(env: Env): Promise<Ended>;
  logOf(running: RunningProcess): string;
  remove(): Promise<void>;
}

const instruction = (name: string, part = '') =>
  readDockerfile().find((each) => each.name === name && each.args.includes(part))?.args ?? '';

/** Installs what the Dockerfile installs. Takes some seconds, and the packages that npm has kept. */
export async function openContainer(): Promise<Container> {
  const user = Number(instruction('USER').split(':')[0]);
  const isRoot = process.getuid?.() === 0;
  const folder = temporaryFolder('container');
  chmodSync(folder.path, 0o755);
  const [app, node] = [folder.file('app'), folder.file('node')];
  mkdirSync(app);
  const files = assembleBuildStage(app);
  const install = instruction('RUN', 'npm ci')
    .replace(/^.*npm /, '')
    .trim()
    .split(/\s+/);
  await run('npm', [...install, '--prefer-offline'], { cwd: app });
  copyFileSync(process.execPath, node);
  const writable = { data: folder.file('data'), tmp: folder.file('tmp') };
  for (const path of Object.values(writable)) {
    mkdirSync(path);
    if (isRoot) chownSync(path, user, user);
  }
  if (!isRoot) await run('chmod', ['-R', 'a-w', app]);

  const command = (file: string, args: readonly string[], env: Env): [string, string[]] => {
    const all = { TMPDIR: writable.tmp, WINNOW_DATA: writable.data, ...env };
    const variables = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const asUser = isRoot ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'] : [];
    const [first = '', ...rest] = [...asUser, 'env', '-i', ...variables, node, join(app, file), ...args];
    return [first, rest];
  };

  return {
    user,
    app,
    files,
    winnow: (args, env = {}) => runTool(...command('packages/cli/src/main.ts', args, env), { cwd: '/' }),
    checkHealth: (env) => runTool(...command('infra/docker/health-check.ts', [], env), { cwd: '/' }),
    start(name, args, listen, env = {}) {
      const [first, rest] = command('packages/cli/src/main.ts', args, env);
      const isReady = () => answers(`http://${listen}/-/ready`);
      return startProcess({ name, command: first, args: rest, folder: folder.path, isReady });
    },
    logOf: ({ logFile }) => readFileSync(logFile, 'utf8'),
    async remove() {
      if (!isRoot) await run('chmod', ['-R', 'u+w', app]);
      folder.remove();
    },
  };
}
