// The picture in the README is the real output: `WINNOW_UPDATE_README=1 npm test -- --project flow readme` writes it anew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnosePath } from '../../packages/cli/src/diagnose.ts';
import { renderText } from '../../packages/cli/src/render/text.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const [begin, end] = ['<!-- report:begin -->\n', '<!-- report:end -->'];

/** The report of an example on a terminal of 100 columns: its head and its first incident. */
async function takePicture(): Promise<string> {
  const report = await diagnosePath(`${root}examples/cascade`);
  const text = renderText(report, { coloured: false, width: 100 });
  const rule = '─'.repeat(100);
  const [head = '', first = ''] = text.split(rule);
  return `    $ npm run --silent winnow -- diagnose examples/cascade\n${indent(`${head.trimEnd()}\n\n${rule}\n\n${first.trim()}`)}\n`;
}

const indent = (text: string) =>
  text
    .split('\n')
    .map((line) => (line ? `    ${line}` : ''))
    .join('\n');

describe('the README', () => {
  it('shows what the command prints', async () => {
    const picture = await takePicture();
    const [before = '', shown = ''] = readme.split(begin);
    const [now = '', after = ''] = shown.split(end);
    if (process.env.WINNOW_UPDATE_README)
      writeFileSync(`${root}README.md`, `${before}${begin}${picture}${end}${after}`);
    else expect(now).toBe(picture);
  });

  it('names tests that exist for what it promises', () => {
    const tests = [...readme.matchAll(/\| `([^`]+\.test\.ts)` \|/g)].map(([, path = '']) => path);
    expect(tests.length).toBeGreaterThan(4);
    expect(tests.filter((path) => !existsSync(`${root}${path.replace('*.test.ts', 'redact-text.test.ts')}`))).toEqual(
      [],
    );
  });
});
