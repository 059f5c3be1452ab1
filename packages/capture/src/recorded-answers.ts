// Look-ups that a recording holds, by the ask that they answered: a replay's asks get what was found then.
import { type Ask, fieldsOf, type JsonFields, type LookupItem, readTime, textIn } from '@winnow/contracts';

export interface RecordedAnswer extends Pick<LookupItem, 'status' | 'value'> {
  readonly message?: string;
  /** When it was found. */
  readonly at: string;
}

export interface RecordedAnswers {
  /** Takes a look-up's line in. @returns false where it names no ask: then it is an arrival like others. */
  take(line: JsonFields, item: LookupItem): boolean;
  /** The answer to this ask; else the latest to the same question. */
  find(ask: Ask): RecordedAnswer | undefined;
}

/** Characters of answers that are kept; the oldest go first. */
const ROOM = 64 * 1024 * 1024;

interface Kept {
  readonly question: string;
  readonly answer: RecordedAnswer;
  readonly characters: number;
}

export function createRecordedAnswers(): RecordedAnswers {
  const byAsk = new Map<string, Kept>();
  const byQuestion = new Map<string, Kept>();
  let characters = 0;

  function forgetOldest(): void {
    for (const [id, kept] of byAsk) {
      if (characters <= ROOM) return;
      byAsk.delete(id);
      if (byQuestion.get(kept.question) === kept) byQuestion.delete(kept.question);
      characters -= kept.characters;
    }
  }

  return {
    take(line, item) {
      const { ask, message } = fieldsOf(line.payload);
      const [id, at, words] = [textIn(ask), readTime(line.at), textIn(message)];
      if (id === undefined || at === undefined) return false;
      const { kind, arguments: asked, status, value } = item;
      const answer = { at, status, value, ...(words !== undefined && { message: words }) };
      const kept = {
        question: questionOf(textIn(line.cluster) ?? '', kind, asked),
        answer,
        characters: JSON.stringify(value ?? null).length,
      };
      byAsk.set(id, kept);
      byQuestion.set(kept.question, kept);
      characters += kept.characters;
      forgetOldest();
      return true;
    },
    find({ id, cluster, kind, arguments: asked }) {
      return (byAsk.get(id) ?? byQuestion.get(questionOf(cluster, kind, asked)))?.answer;
    },
  };
}

function questionOf(cluster: string, kind: string, asked: Readonly<Record<string, unknown>>): string {
  return `${cluster} ${kind} ${JSON.stringify(Object.entries(asked).sort(([one], [other]) => (one < other ? -1 : 1)))}`;
}
