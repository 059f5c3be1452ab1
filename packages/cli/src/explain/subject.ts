// What a person may ask about, told from how it is written.
import { CommandFailed } from '../failure.ts';

export type Subject =
  | { readonly kind: 'incident' | 'signal' | 'dead-letter' | 'fingerprint'; readonly id: string }
  | {
      readonly kind: 'observation';
      readonly partition: number;
      readonly offset: number;
      readonly item: number | undefined;
    }
  | { readonly kind: 'line'; readonly line: number };

export function readSubject(what: string): Subject {
  const text = what.trim();
  if (/^(inc|fnd)-\w+$/.test(text)) return { kind: 'incident', id: text.replace(/^fnd-/, 'inc-') };
  if (/^sig-\w+$/.test(text)) return { kind: 'signal', id: text };
  if (/^dl-\w+$/.test(text)) return { kind: 'dead-letter', id: text };
  const line = /^line:(\d+)$/.exec(text);
  if (line) return { kind: 'line', line: Number(line[1]) };
  const place = /^(\d+)-(\d+)(?:\.(\d+))?$/.exec(text);
  if (place) {
    const [, partition, offset, item] = place;
    return {
      kind: 'observation',
      partition: Number(partition),
      offset: Number(offset),
      item: item === undefined ? undefined : Number(item),
    };
  }
  if (/^[0-9a-f]{16}$/.test(text)) return { kind: 'fingerprint', id: text };
  throw new CommandFailed(
    `cannot tell what ${JSON.stringify(what)} is: give an incident (inc-…), a signal (sig-…), a dead letter (dl-…), ` +
      'an observation (0-17.0), an alert fingerprint (16 hexadecimal digits), or a line of a recording (line:17)',
  );
}
