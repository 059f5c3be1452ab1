// The table of settings, for a terminal and for the documentation.
import { renderTable } from '../render/table.ts';
import { serviceNames } from '../service/services.ts';
import { describeSettings, type Setting } from './describe-settings.ts';
import { groupsOf, type Reader, readers } from './registry.ts';

export const regenerate = 'npm run --silent winnow -- config ls -o markdown > docs/settings.md';

/** For a terminal. */
export function settingsText(settings: readonly Setting[]): string {
  const rows = settings.map((each) => [each.name, takesOrMust(each), plain(each.otherwise), plain(each.does)]);
  return `${renderTable(['variable', 'takes', 'default', 'what it does'], rows).join('\n')}\n`;
}

const plain = (text: string) => text.replaceAll('`', '');
const takesOrMust = ({ takes, required }: Setting) => plain(required ? `${takes} (must be set)` : takes);

/** A whole page of all settings: a table for each group, with who reads them. */
export function settingsPage(): string {
  const shown = new Set<string>();
  const sections = groupsOf('all').map(({ title, schema }) => {
    const settings = describeSettings(groupsOf('all')).filter(({ name, ...each }) => {
      const key = `${name} ${each.otherwise}`;
      if (!(name in schema.shape) || shown.has(key)) return false;
      shown.add(key);
      return true;
    });
    return settings.length === 0 ? [] : [`## ${title}`, '', ...table(settings), ''];
  });
  return `${[...head, ...sections.flat(), ...matrix()].join('\n')}\n`;
}

const head = [
  '# Settings',
  '',
  'Winnow is set by its command line and by these environment variables. `winnow config check [SERVICE]` says what is wrong with an',
  'environment; `winnow config ls [SERVICE]` prints what a service reads. A variable that is set to nothing is not set.',
  '',
  `This page is made from the schemas that the services read their environment with: \`${regenerate}\`.`,
  '',
];

/** Who reads them stands above where it is the same for all. */
function table(settings: readonly Setting[]): string[] {
  const readBy = [...new Set(settings.map((each) => readByText(each.readBy)))];
  const [shared] = readBy.length === 1 ? readBy : [];
  const last = shared === undefined ? ['read by'] : [];
  const headings = ['variable', 'takes', 'default', 'what it does', ...last];
  const rows = settings.map((each) => {
    const takes = each.required ? `${each.takes}; must be set` : each.takes;
    const who = last.length > 0 ? [readByText(each.readBy)] : [];
    return row([`\`${each.name}\``, takes, each.otherwise, each.does, ...who]);
  });
  const above = shared === undefined ? [] : [`Read by ${shared}.`, ''];
  return [...above, row(headings), `|${headings.map(() => '---|').join('')}`, ...rows];
}

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** All services are told of in one word. */
function readByText(readBy: readonly Reader[]): string {
  if (!serviceNames.every((service) => readBy.includes(service))) return readBy.map(nameOf).join(', ');
  return ['every service', ...readBy.filter((reader) => !serviceNames.includes(reader)).map(nameOf)].join(', ');
}

function nameOf(reader: Reader): string {
  if (serviceNames.includes(reader)) return reader;
  return reader === 'commands' ? 'other commands' : `\`winnow ${reader}\``;
}

/** Which service reads which settings, at a glance. */
function matrix(): string[] {
  const columns = groupsOf('all');
  const mark = (reader: Reader) => columns.map(({ readBy }) => (readBy.includes(reader) ? '✓' : ''));
  return [
    '## Who reads what',
    '',
    row(['', ...columns.map(({ title }) => title)]),
    `|---|${columns.map(() => ':-:|').join('')}`,
    ...readers.map((reader) => row([nameOf(reader), ...mark(reader)])),
  ];
}
