// The image, as far as that goes without an engine: what the Dockerfile copies is there, and is enough for all that is started from it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../servers/index.ts';
import { type Container, openContainer } from './deploy-fixtures/container.ts';
import { copiesOf, exists, readDockerfile } from './deploy-fixtures/image.ts';
import { readText } from './deploy-fixtures/repository.ts';

const dockerfile = readDockerfile();
const argsOf = (name: string): string[] => dockerfile.filter((each) => each.name === name).map(({ args }) => args);

describe('given the Dockerfile', () => {
  test('when it is read, then every source that it copies is in the repository', () => {
    const sources = copiesOf(dockerfile).flatMap((copy) => copy.sources);
    expect(sources).toContain('packages');
    expect(sources.filter((source) => !exists(source))).toEqual([]);
  });

  test('when it names the version of Node, then it is the one that the tests run with', () => {
    const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, { version: string }> };
    const locked = lock.packages['node_modules/node']?.version;
    expect(argsOf('ARG')).toContain(`NODE_VERSION=${locked}`);
    expect(process.versions.node).toBe(locked);
  });

  test('when the image is started, then node is the first process, as a user who is a number and not root', () => {
    expect(argsOf('USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
    const [node, main] = JSON.parse(argsOf('ENTRYPOINT')[0] ?? '') as string[];
    expect([node, exists(main?.replace('/app/', '') ?? '')]).toEqual(['/usr/local/bin/node', true]);
    expect(argsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    const [first, script] = JSON.parse((argsOf('HEALTHCHECK')[0] ?? '').replace(/^.*CMD /, '')) as string[];
    expect([first, exists(script?.replace('/app/', '') ?? '')]).toEqual([node, true]);
  });
});

describe('given the files that the Dockerfile copies, with production dependencies', () => {
  let container: Container;
  beforeAll(async () => {
    container = await openContainer();
  });
  afterAll(() => container?.remove());

  test('when they are listed, then no test and nothing of a development machine is among them', () => {
    const { files, app } = container;
    expect(files).toContain('packages/cli/src/main.ts');
    expect(files.filter((path) => /\.test\.ts$|node_modules|\.env|\.db$|\.git\//.test(path))).toEqual([]);
    const installed = ['fastify', 'vitest', '@biomejs/biome'].map((name) =>
      existsSync(join(app, 'node_modules', name)),
    );
    expect(installed).toEqual([true, false, false]);
  });

  test.each([['--version'], ['service --help'], ['config check --help'], ['diagnose examples/cascade']])(
    'when `winnow %s` is run by a user without a home, on files that it cannot write, then it works',
    async (line) => {
      const args = line.split(' ').map((word) => word.replace(/^examples/, join(container.app, 'examples')));
      const { code, stderr } = await container.winnow(args);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    },
  );

  test('when `winnow up` is run so, then its health check passes, it writes to its data alone, and SIGTERM drains it', async () => {
    const env = { WINNOW_LISTEN: `127.0.0.1:${await freePort()}` };
    const args = ['up', '--listen', env.WINNOW_LISTEN, '--no-example'];
    const up = await container.start('up', args, env.WINNOW_LISTEN);
    expect(await container.checkHealth(env)).toMatchObject({ code: 0, stderr: '' });
    await up.end('SIGTERM');
    expect((await container.checkHealth(env)).code).toBe(1);
    expect(container.logOf(up)).toContain('SIGTERM: draining');
  });
});
