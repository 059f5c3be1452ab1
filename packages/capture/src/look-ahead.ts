// A look-up takes time: in a recording of a log its line stands some seconds behind the arrival that made somebody ask. A replay asks at
// that arrival, and gets the answer at once: so lines are read ahead, and look-ups are taken out on the way.
import { fieldsOf, isFields } from '@winnow/contracts';
import { directSources } from './direct-sources.ts';
import { parseJson } from './parse-json.ts';
import type { Line } from './read-lines.ts';
import type { RecordedAnswers } from './recorded-answers.ts';

export interface ReadLine {
  readonly line: Line;
  /** The stream broke here, and why. */
  readonly broken?: string;
}

/** Milliseconds of record time: the longest look-up, and what the flow may lie behind. */
const WINDOW = 120_000;
/** Bytes of lines that are held at most. */
const ROOM = 64 * 1024 * 1024;

/** The lines in their order, without the look-ups that name their ask: these go to `answers`. Other recordings pass as they come. */
export async function* lookAhead(lines: AsyncIterable<ReadLine>, answers: RecordedAnswers): AsyncGenerator<ReadLine> {
  let recorded: boolean | undefined;
  let held: ReadLine[] = [];
  let first = 0;
  let bytes = 0;
  for await (const read of lines) {
    recorded ??= isOfLog(read.line);
    if (!recorded) {
      yield read;
      continue;
    }
    if (isAnswer(read, answers)) continue;
    held.push(read);
    bytes += read.line.bytes;
    const until = timeOf(read) - WINDOW;
    for (let next = held[first]; next && (bytes > ROOM || timeOf(next) < until); next = held[first]) {
      first++;
      bytes -= next.line.bytes;
      yield next;
    }
    if (first > 1_000 && first * 2 > held.length) {
      held = held.slice(first);
      first = 0;
    }
  }
  yield* held.slice(first);
}

/** True for the first line of what `winnow record` wrote. */
function isOfLog({ text }: Line): boolean {
  const parsed = parseJson(text);
  const { position, payload } = fieldsOf('value' in parsed ? parsed.value : undefined);
  return position !== undefined || fieldsOf(payload).ask !== undefined;
}

function isAnswer({ line: { text, number }, broken }: ReadLine, answers: RecordedAnswers): boolean {
  if (broken !== undefined || !/"source"\s*:\s*"lookup"/.test(text.slice(0, 1_000))) return false;
  const parsed = parseJson(text);
  if (!('value' in parsed) || !isFields(parsed.value) || parsed.value.source !== 'lookup') return false;
  const [item] = directSources.lookup(parsed.value.payload, { at: '', place: `line ${number}` });
  return item?.type === 'lookup' && answers.take(parsed.value, item);
}

function timeOf({ line: { text } }: ReadLine): number {
  return Date.parse(/"at"\s*:\s*"([^"]{10,40})"/.exec(text.slice(0, 1_000))?.[1] ?? '') || 0;
}
