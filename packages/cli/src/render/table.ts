/** Rows under headings, columns aligned; columns named in `right` are numbers. Lines without a line break. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string[] {
  const widths = headings.map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [headings, ...rows].map((row) =>
    headings
      .map((heading, at) =>
        right.includes(heading) ? (row[at] ?? '').padStart(widths[at] ?? 0) : (row[at] ?? '').padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
