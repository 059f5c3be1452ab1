import { type Environment, isServiceLink, type SettingProblem } from '@winnow/contracts';
import { describeSettings } from './describe-settings.ts';
import { nearest } from './nearest.ts';
import { settingsGroups } from './registry.ts';

/** Variables of Winnow's name that nothing reads: a misspelt setting is one that does not hold. */
export function findUnknown(environment: Environment): readonly SettingProblem[] {
  const known = describeSettings(settingsGroups).map(({ name }) => name);
  return Object.keys(environment)
    .filter((name) => name.startsWith('WINNOW_') && !known.includes(name) && !isServiceLink(name))
    .map((name) => ({ name, message: `${name} is no setting of Winnow${orRather(nearest(name, known))}` }));
}

const orRather = (name: string | undefined) => (name === undefined ? '' : `: is ${name} meant?`);
