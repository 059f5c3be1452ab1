// An ask's identity is what it asks, for which revision: the same question has one id, whoever asks it again.
import { type Ask, hash64, type Incident, type LookupKind } from '@winnow/contracts';
import { DEADLINES } from './budget.ts';
import { rankOf } from './waiting.ts';

type Question = { readonly kind: keyof typeof DEADLINES & LookupKind; readonly arguments: Ask['arguments'] };

export type { Question };

export function toAsk(incident: Incident, question: Question): Ask {
  const { id, revision, tenant, cluster, updatedAt } = incident;
  return {
    schema: 1,
    type: 'ask',
    id: `ask-${hash64(`${id}|${revision}|${question.kind}|${stableText(question.arguments)}`)}`,
    tenant,
    cluster,
    incident: id,
    revision,
    kind: question.kind,
    arguments: question.arguments,
    at: updatedAt,
    deadline: DEADLINES[question.kind],
    priority: rankOf(incident),
  };
}

/** JSON whose keys are in order: equal values give equal texts. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
