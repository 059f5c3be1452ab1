// What the dossier says of its own making: each ask and how it was answered, and what the budget left out.
import { type Dossier, entity } from '@winnow/contracts';
import type { Answer } from './investigation.ts';

/** How much of each section did not fit. */
export type LeftOut = Readonly<Record<'objects' | 'edges' | 'changes' | 'events' | 'metrics', number>>;
type Note = Dossier['lookups'][number];

export function lookupsOf(answers: readonly Answer[], left: LeftOut): Note[] {
  const cut = Object.entries(left)
    .filter(([, count]) => count > 0)
    .map(
      ([kind, count]): Note => ({
        kind,
        status: 'ok',
        message: `${count} ${kind} left out: over the dossier's budget`,
      }),
    );
  return [...answers.map(noteOf), ...cut];
}

function noteOf(answer: Answer): Note {
  const subject = subjectOf(answer);
  const message = answer.message ?? (answer.arguments.previous === true ? 'previous run' : undefined);
  return { kind: answer.kind, status: answer.status, ...(subject && { subject }), ...(message && { message }) };
}

function subjectOf({ arguments: { namespace, pod } }: Answer): Note['subject'] {
  if (typeof namespace !== 'string') return undefined;
  return typeof pod === 'string' ? entity('Pod', namespace, pod) : entity('Namespace', undefined, namespace);
}
