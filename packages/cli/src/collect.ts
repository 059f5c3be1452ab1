/** An option that may be repeated: the values in the order in which they were given. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
