import { describe, expect, it } from 'vitest';
import { findViolations } from './rules.ts';

const messages = (path: string, text: string) =>
  findViolations([
    { path, text },
    { path: 'services/grouping/src/index.ts', text: '' },
  ]).map(({ line, message }) => `${line} ${message}`);

describe('imports go one way', () => {
  it.each([
    ['packages/contracts/src/a.ts', "import { x } from '@winnow/stream';", 'contracts import zod only'],
    ['packages/stream/src/a.ts', "import { x } from '@winnow/topology';", 'may import contracts, redaction'],
    ['packages/sqlite/src/a.ts', "import { x } from '@winnow/diagnosis';", 'may import'],
    ['packages/sqlite/src/a.ts', "import { x } from '@winnow/grouping';", 'only the CLI wires services'],
    ['services/signals/src/main.ts', "import {\n  x,\n} from '@winnow/grouping';", 'services never import each other'],
    ['services/signals/src/main.ts', "export * from '@winnow/sqlite';", 'may import'],
    ['services/signals/src/a.ts', "import { x } from '../../../packages/stream/src/index.ts';", 'by its name'],
  ])('refuses %s with %s', (path, text, reason) => {
    expect(messages(path, text).join()).toContain(reason);
  });

  it.each([
    ['packages/contracts/src/a.ts', "import { z } from 'zod';\nimport { a } from './b.ts';"],
    ['services/signals/src/core.ts', "import type { X } from '@winnow/topology';"],
    ['packages/cli/src/main.ts', "import { x } from '@winnow/grouping';\nimport { y } from '@winnow/sqlite';"],
    ['services/signals/src/core.test.ts', "import { x } from '@winnow/grouping';"],
  ])('takes %s with %s', (path, text) => {
    expect(messages(path, text)).toEqual([]);
  });
});

describe('what decides is pure', () => {
  it.each([
    ['const at = Date.now();', 'clock'],
    ['const at = new Date();', 'clock'],
    [['const at = `$', '{Date.now()}`;'].join(''), 'clock'],
    ['const id = Math.random();', 'random'],
    ['const id = crypto.randomUUID();', 'random'],
    ['if (process.env.X) f();', 'process'],
    ['setTimeout(f, 1);', 'timer'],
    ["import { readFileSync } from 'node:fs';", 'no I/O'],
    ["const x = await fetch('http://x');", 'fetch'],
    ['export async function decide() {}', 'asynchronous'],
  ])('refuses %s in a core', (text, reason) => {
    for (const path of [
      'services/signals/src/core.ts',
      'services/signals/src/core/owner.ts',
      'packages/diagnosis/src/a.ts',
    ])
      expect(messages(path, text).join()).toContain(reason);
  });

  it('takes the same where effects belong, and in comments and texts', () => {
    expect(messages('services/signals/src/main.ts', "import { readFileSync } from 'node:fs';\nDate.now();")).toEqual(
      [],
    );
    expect(
      messages(
        'services/signals/src/core.ts',
        "// Date.now() is not read\nconst text = 'process.env';\nconst at = new Date(record.at);",
      ),
    ).toEqual([]);
  });
});
