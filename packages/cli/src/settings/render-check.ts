// What became of a check of the environment, for people and for programs.
import type { SettingProblem } from '@winnow/contracts';
import type { CheckedEnvironment } from './check-environment.ts';
import type { CheckedServer } from './connect.ts';

export interface CheckDocument extends CheckedEnvironment {
  readonly ok: boolean;
  /** Those that were tried; absent where none was to be. */
  readonly servers?: readonly CheckedServer[];
}

export function checkDocument(checked: CheckedEnvironment, servers?: readonly CheckedServer[]): CheckDocument {
  const found: readonly SettingProblem[] = (servers ?? []).flatMap((each) =>
    each.problems.map((message) => ({ message })),
  );
  const problems = [...checked.problems, ...found];
  return { ok: problems.length === 0, ...checked, problems, ...(servers && { servers }) };
}

export function checkText({ ok, reader, set, problems, unread, servers }: CheckDocument): string {
  const whose = reader === 'all' ? 'all services' : reader;
  const lines = ok
    ? [`The environment of ${whose} is right; it sets ${set.join(', ') || 'nothing'}.`]
    : [`${countOf(problems.length, 'problem')} in the environment of ${whose}:`];
  for (const { message } of problems) lines.push(`  ${message}`);
  for (const { found } of servers ?? []) for (const each of found) lines.push(each);
  if (servers?.length === 0) lines.push(`It names neither Kafka nor Redis that ${whose} would use.`);
  if (unread.length > 0) lines.push(`Set, and not read by ${whose}: ${unread.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

const countOf = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
