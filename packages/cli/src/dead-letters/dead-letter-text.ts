// Dead letters for people.
import type { DeadLetterHead } from '@winnow/api';
import { type DeadLetter, deadLetterCodes, deadLetterRemedies } from '@winnow/contracts';
import { replayableFrom } from '@winnow/stream';
import { hang, harmless } from '../render/layout.ts';
import { renderTable } from '../render/table.ts';
import { timeOf } from '../render/words.ts';

const WIDTH = 100;

export function listText(found: readonly DeadLetterHead[], more: number): string {
  if (found.length === 0) return 'There are no dead letters.\n';
  const rows = found.map((each) => [
    each.id,
    timeOf(each.at),
    harmless(each.cluster),
    each.stage,
    each.replayed ? `${each.code} (replayed)` : each.code,
    harmless(`${each.place}: expected ${each.expected}`),
  ]);
  const rest = more > 0 ? `and ${more.toLocaleString('en-US')} more: -n ${found.length + more}\n` : '';
  return `${renderTable(['id', 'at', 'cluster', 'stage', 'code', 'what'], rows).join('\n')}\n${rest}`;
}

export function showText(letter: DeadLetter): string {
  const { code, replayed } = letter;
  const place = replayableFrom(letter);
  const rows: readonly (readonly [string, string])[] = [
    ['id', letter.id],
    ['at', `${timeOf(letter.at)} UTC`],
    ['cluster', letter.cluster],
    ['stage', letter.stage],
    // Of a newer version there may be others.
    ['code', [code, deadLetterCodes[code]].filter(Boolean).join(': ')],
    ['record', letter.position],
    ['place', letter.place],
    ['expected', letter.expected],
    ['found', letter.found],
    ...(deadLetterRemedies[code] ? [['to mend', deadLetterRemedies[code]] as const] : []),
    ['replay', 'reason' in place ? `not possible: ${place.reason}` : `winnow dead-letters replay ${letter.id}`],
    ...(replayed ? [['replayed', replayedText(replayed)] as const] : []),
  ];
  const lines = rows.flatMap(([label, text]) => hang(label.padEnd(10), harmless(text), WIDTH));
  return `${[...lines, ...(letter.stack ? ['', ...letter.stack.split('\n').map(harmless)] : [])].join('\n')}\n`;
}

function replayedText({ at, times, by }: NonNullable<DeadLetter['replayed']>): string {
  const often = times > 1 ? `, ${times} times in all` : '';
  return `${timeOf(at)} UTC${by === undefined ? '' : ` by ${by}`}${often}`;
}
