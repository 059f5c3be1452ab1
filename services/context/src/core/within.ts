// Taking what fits: in order of importance, until a section's share of the dossier is used up.

/** The first items whose JSON fits into so many characters; a single item that is too large is passed over. */
export function takeWithin<T>(
  items: readonly T[],
  characters: number,
): { readonly kept: readonly T[]; readonly leftOut: number; readonly used: number } {
  let left = characters;
  const kept = items.filter((item) => {
    const size = JSON.stringify(item).length + 1;
    if (size > left) return false;
    left -= size;
    return true;
  });
  return { kept, leftOut: items.length - kept.length, used: characters - left };
}
