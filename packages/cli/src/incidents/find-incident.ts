// An incident by its id or the beginning of it.
import type { ReportIncident } from '@winnow/contracts';
import { CommandFailed } from '../failure.ts';
import { harmless } from '../render/layout.ts';
import { type Incidents, noFilter, type WholeIncident } from './incidents.ts';

const MOST = 5;

/** @param what an id, its beginning, or either without `inc-`. @throws CommandFailed that names what there is instead. */
export async function findIncident(incidents: Incidents, what: string): Promise<WholeIncident> {
  const asked = what.startsWith('inc-') ? what : `inc-${what}`;
  const exact = await incidents.get(asked);
  if (exact) return exact;
  const all = await incidents.list(noFilter);
  const fitting = all.filter(({ id }) => id.startsWith(asked));
  const [only] = fitting;
  const found = only && fitting.length === 1 ? await incidents.get(only.id) : undefined;
  if (found) return found;
  if (fitting.length > 1)
    throw new CommandFailed(
      `${fitting.length} incidents begin with ${what}:\n${listOf(fitting)}\nGive more of its id.`,
    );
  throw new CommandFailed(`there is no incident ${what}${near(all, asked)}`);
}

function near(all: readonly ReportIncident[], asked: string): string {
  if (all.length === 0) return ': there is none at all';
  const alike = all
    .map((incident) => ({ incident, shared: sharedOf(incident.id, asked) }))
    .filter(({ shared }) => shared > 'inc-'.length + 1)
    .sort((one, other) => other.shared - one.shared)
    .map(({ incident }) => incident);
  const [heading, shown] = alike.length > 0 ? ['These are alike', alike] : ['There are', all];
  const more = shown.length > MOST ? `\nand ${shown.length - MOST} more: \`winnow incidents ls --all\`` : '';
  return `. ${heading}:\n${listOf(shown)}${more}`;
}

function sharedOf(one: string, other: string): number {
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  return shared;
}

const listOf = (incidents: readonly ReportIncident[]) =>
  incidents
    .slice(0, MOST)
    .map(({ id, status, title }) => `  ${id}  ${status.padEnd(8)}  ${harmless(title)}`)
    .join('\n');
