// Settings as people are told of them.
import { takesOf } from '@winnow/contracts';
import type { z } from 'zod';
import type { Reader, SettingsGroup } from './registry.ts';

export interface Setting {
  readonly name: string;
  readonly takes: string;
  /** What holds where it is not set; empty where it is then off. */
  readonly otherwise: string;
  readonly does: string;
  /** It must be set. */
  readonly required: boolean;
  /** Its value is never shown. */
  readonly secret: boolean;
  /** It names a file. */
  readonly file: boolean;
  readonly readBy: readonly Reader[];
}

/**
 * One of a name where all groups mean the same by it; else one for each meaning, and for who reads several of these groups the first counts.
 * In the order of the groups.
 */
export function describeSettings(groups: readonly SettingsGroup[]): readonly Setting[] {
  const settings: Setting[] = [];
  for (const { schema, readBy } of groups)
    for (const [name, field] of Object.entries(schema.shape)) {
      const others = settings.filter((each) => each.name === name);
      const fresh = readBy.filter((reader) => !others.some((other) => other.readBy.includes(reader)));
      const setting = describeSetting(name, field as z.ZodType, fresh);
      const same = others.find((other) => meaningOf(other) === meaningOf(setting));
      if (same) settings[settings.indexOf(same)] = { ...same, readBy: [...same.readBy, ...fresh] };
      else if (fresh.length > 0) settings.push(setting);
    }
  return settings;
}

const meaningOf = ({ takes, otherwise, does }: Setting) => [takes, otherwise, does].join('\n');

function describeSetting(name: string, field: z.ZodType, readBy: readonly Reader[]): Setting {
  const { description = '', otherwise, secret = false, file = false } = field.meta() ?? {};
  const value = defaultOf(field);
  return {
    ...{ name, readBy, secret, file },
    takes: takesOf(field),
    otherwise: otherwise ?? (value === undefined || value === '' ? '' : `\`${value}\``),
    does: description,
    required: !field.safeParse(undefined).success,
  };
}

interface Definition {
  readonly defaultValue?: unknown;
  readonly in?: z.ZodType;
  readonly innerType?: z.ZodType;
}

/** As an operator would write it. */
function defaultOf(field: z.ZodType): string | undefined {
  const { defaultValue, in: before, innerType } = field.def as Definition;
  if (defaultValue !== undefined) return String(defaultValue);
  const inner = innerType ?? before;
  return inner && defaultOf(inner);
}
