// node test/integration/upgrade-fixtures/write.ts COMMIT: has the code of a former commit write what the tests of upgrades load.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedis } from '../../servers/index.ts';
import { pack } from './pack.ts';
import { arrivals } from './recording.ts';
import { dumpRedis } from './redis-dump.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Its sources, with the dependencies of today beside them. */
function checkOut(commit: string, into: string): void {
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', into], { input: archive });
  const modules = join(into, 'node_modules');
  mkdirSync(join(modules, '@winnow'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@winnow') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const kind of ['packages', 'services'])
    for (const folder of readdirSync(join(into, kind))) {
      const place = join(into, kind, folder);
      if (!existsSync(join(place, 'package.json'))) continue;
      const { name } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as { readonly name: string };
      symlinkSync(place, join(modules, name));
    }
}

const run = (cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });

/** Plays a recording with the state in Redis: within the commit's own sources, by what they have been called since there was an adapter. */
const playOnRedis = `
import { openRedis, readRedisConfig } from '@winnow/redis';
import { createMemoryLog } from '@winnow/stream';
import { fileOptions, openAny } from './diagnose.ts';
import { startPipeline } from './pipeline.ts';
import { play } from './play.ts';
const input = await openAny(process.argv[2]);
const { store, close } = await openRedis(readRedisConfig(process.env));
const pipeline = await startPipeline({ log: createMemoryLog(), store, ...fileOptions(input, []) });
await play(pipeline, input.envelopes());
await pipeline.close();
await close();
`;

async function writeRedis(sources: string, recording: string): Promise<Buffer | undefined> {
  if (!existsSync(join(sources, 'packages/redis'))) return undefined;
  const redis = await startRedis();
  try {
    writeFileSync(join(sources, 'packages/cli/src/play-on-redis.ts'), playOnRedis);
    run(sources, ['packages/cli/src/play-on-redis.ts', recording], { WINNOW_REDIS_URL: redis.url });
    return pack(Buffer.from(JSON.stringify(await dumpRedis(redis.url))));
  } finally {
    await redis.stop();
  }
}

const commit = execFileSync('git', ['rev-parse', '--short=7', process.argv[2] ?? ''], { cwd: root })
  .toString()
  .trim();
const folder = mkdtempSync(join(tmpdir(), 'winnow-upgrade-'));
try {
  const sources = join(folder, 'sources');
  mkdirSync(sources);
  checkOut(commit, sources);
  const recording = join(folder, 'recording.jsonl');
  writeFileSync(recording, `${arrivals().before.join('\n')}\n`);
  run(sources, ['packages/cli/src/main.ts', 'replay', recording, '--data', join(folder, 'data')]);
  const into = fileURLToPath(new URL(`../../fixtures/upgrade/${commit}/`, import.meta.url));
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'winnow.db.br'), pack(readFileSync(join(folder, 'data/winnow.db'))));
  const dump = await writeRedis(sources, recording);
  if (dump) writeFileSync(join(into, 'redis.json.br'), dump);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
