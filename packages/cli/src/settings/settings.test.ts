import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { isServiceLink } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { describeSettings } from './describe-settings.ts';
import { settingsGroups } from './registry.ts';
import { regenerate, settingsPage } from './render-settings.ts';

const root = new URL('../../../../', import.meta.url);
const settings = describeSettings(settingsGroups);

describe('the settings', () => {
  it('given the schemas, when the page is made from them, then it is docs/settings.md', () => {
    const page = readFileSync(new URL('docs/settings.md', root), 'utf8');
    expect(page, `the schemas have changed: ${regenerate}`).toBe(settingsPage());
  });

  it('given each of them, then it says what it takes and what it does', () => {
    const silent = settings.filter(({ takes, does }) => takes === '' || does === '').map(({ name }) => name);
    expect(silent, 'give the field `.meta({ description, takes })`, last in its chain').toEqual([]);
  });

  it('given a default, then it is among what the setting takes', () => {
    for (const { schema } of settingsGroups)
      for (const [name, field] of Object.entries(schema.shape)) {
        const written = /^`([^`]+)`$/.exec(
          describeSettings([{ title: '', schema, readBy: [] }]).find((each) => each.name === name)?.otherwise ?? '',
        )?.[1];
        if (written !== undefined) expect(field.safeParse(written).success, name).toBe(true);
      }
  });

  it('given the sources, when they name a variable of Winnow, then it is a setting', async () => {
    const known = settings.map(({ name }) => name);
    // `WINNOW_REDIS_` begins some.
    const isKnown = (name: string) =>
      known.includes(name) ||
      isServiceLink(name) ||
      (name.endsWith('_') && known.some((each) => each.startsWith(name)));
    const unknown: string[] = [];
    for await (const file of glob(
      [
        'packages/*/src/**/*.ts',
        'services/*/src/**/*.ts',
        'packages/*/README.md',
        'services/*/README.md',
        'README.md',
        'docs/**/*.md',
      ],
      { cwd: root },
    )) {
      if (/\.test\.ts$|\/testing\//.test(file)) continue;
      const text = readFileSync(new URL(file, root), 'utf8');
      for (const [name] of text.matchAll(/\bWINNOW_[A-Z][A-Z0-9_]*/g))
        if (!isKnown(name)) unknown.push(`${file}: ${name}`);
    }
    expect(unknown, 'add its schema to packages/cli/src/settings/registry.ts').toEqual([]);
  });
});
