// What is wrong with an environment, all of it at once, without doing anything.
import { accessSync, constants, statSync } from 'node:fs';
import { type Environment, readSettings, type SettingProblem, SettingsWrong } from '@winnow/contracts';
import { describeSettings, type Setting } from './describe-settings.ts';
import { findUnknown } from './find-unknown.ts';
import { groupsOf, type Reader, type SettingsGroup, settingsGroups } from './registry.ts';

export interface CheckedEnvironment {
  readonly reader: Reader | 'all';
  /** Names of settings that are set and read. */
  readonly set: readonly string[];
  readonly problems: readonly SettingProblem[];
  /** Names of settings that are set, and that only others read. */
  readonly unread: readonly string[];
}

export function checkEnvironment(reader: Reader | 'all', environment: Environment): CheckedEnvironment {
  const groups = groupsOf(reader);
  const settings = describeSettings(groups);
  const own = new Set(settings.map(({ name }) => name));
  const known = describeSettings(settingsGroups).map(({ name }) => name);
  const isSet = (name: string) => Boolean(environment[name]);
  const unknown = findUnknown(environment);
  const wrong = groups
    .flatMap((group) => wrongIn(group, environment))
    .filter(({ name }) => !unknown.some((each) => each.name === name));
  return {
    reader,
    set: [...own].filter(isSet),
    problems: firstOfEach([...wrong, ...unknown]),
    unread: [...new Set(known)].filter((name) => name.startsWith('WINNOW_') && isSet(name) && !own.has(name)),
  };
}

function wrongIn(group: SettingsGroup, environment: Environment): readonly SettingProblem[] {
  const { schema, prefix, look } = group;
  const files = describeSettings([group]).filter(({ file, name }) => file && environment[name]);
  const problems = files.flatMap((each) => unreadable(each, environment));
  try {
    readSettings(schema, environment, prefix === undefined ? {} : { prefix });
    // Of a file that is not there all is said.
    if (problems.length === 0) look?.(environment);
    return problems;
  } catch (error) {
    if (error instanceof SettingsWrong) return [...problems, ...error.problems];
    return [{ message: error instanceof Error ? error.message : String(error) }];
  }
}

function unreadable({ name, takes }: Setting, environment: Environment): SettingProblem[] {
  const path = environment[name] as string;
  const wrong = (why: string) => [{ name, message: `${name} takes ${takes} that can be read: ${path} ${why}` }];
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile() ? [] : wrong('is no file');
  } catch (error) {
    return wrong((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'may not be read');
  }
}

/** A variable that several groups read, or that is wrong in several ways, is told of once. */
function firstOfEach(problems: readonly SettingProblem[]): SettingProblem[] {
  const named = Map.groupBy(problems, ({ name, message }) => name ?? message);
  return [...named.values()].map(([first]) => first as SettingProblem);
}
