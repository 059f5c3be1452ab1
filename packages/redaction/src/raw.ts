// Raw JSON objects, changed by copy along the way.

export type Raw = Readonly<Record<string, unknown>>;

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapArray(value: unknown, change: (each: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(change) : value;
}

/** A copy in which the named fields that are there are replaced. */
export function replaceFields(raw: Raw, change: Readonly<Record<string, (value: unknown) => unknown>>): Raw {
  const copy: Record<string, unknown> = { ...raw };
  for (const [field, replace] of Object.entries(change))
    if (copy[field] !== undefined) copy[field] = replace(copy[field]);
  return copy;
}

/** The entries of an object, made anew; built so that a key `__proto__` is a key like any other. */
export function mapEntries(raw: Raw, change: (key: string, value: unknown) => unknown): Raw {
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, change(key, value)]));
}
