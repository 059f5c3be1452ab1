// Look-ups that a recording holds: answered as they were then.
import type { Ask, LookupItem } from '@winnow/contracts';
import type { LookupAnswer } from '@winnow/stream';
import { stableText } from './core/ask.ts';

/** The recorded answer to an ask: the one of its kind whose arguments all say the same as the ask's. */
export function recordedAnswer(recorded: readonly LookupItem[], ask: Ask): LookupAnswer | undefined {
  const fitting = recorded.findLast((each) => each.kind === ask.kind && agrees(each.arguments, ask.arguments));
  if (!fitting) return undefined;
  return fitting.status === 'ok' ? { status: 'ok', value: fitting.value } : { status: fitting.status };
}

function agrees(recorded: LookupItem['arguments'], asked: Ask['arguments']): boolean {
  return Object.entries(recorded).every(
    ([name, value]) => name in asked && stableText(asked[name]) === stableText(value),
  );
}
