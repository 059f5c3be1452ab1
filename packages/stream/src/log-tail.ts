// The end of a log in bounded memory: repeats folded, secrets out.
import { REDACTED, redactText } from '@winnow/redaction';
import { logTimeOf } from './log-time.ts';

/** Characters of a line that are kept. */
const WIDTH = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of terminals are what is to go.
const colours = /\u001b\[[0-9;]*[A-Za-z]/g;

export interface LogTail {
  add(line: string): void;
  /** The last lines, and how many stand before them. */
  end(): { readonly lines: string[]; readonly omitted: number };
}

interface Folded {
  readonly text: string;
  times: number;
}

/** @param until leaves out what was written later, where the lines tell. */
export function createLogTail(tailLines: number, until?: string): LogTail {
  const kept: Folded[] = [];
  let omitted = 0;
  let later = false;
  const hideKey = createKeyHider();

  function isLater(line: string): boolean {
    if (until === undefined) return false;
    const time = logTimeOf(line);
    // A line without a time (a stack trace) belongs to the one before it.
    if (time) later = time.at > until;
    return later;
  }

  return {
    add(line) {
      const text = (line.includes('\u001b') ? line.replace(colours, '') : line).slice(0, WIDTH);
      if (text.trim() === '' || isLater(text)) return;
      const shown = hideKey(text);
      const last = kept.at(-1);
      if (last?.text === shown) last.times++;
      else kept.push({ text: shown, times: 1 });
      // Cut in strides: a shift for each line would cost as much as all lines kept.
      if (kept.length >= 2 * tailLines + 64) drop(kept.length - tailLines);
    },
    end() {
      if (kept.length > tailLines) drop(kept.length - tailLines);
      return { lines: kept.map(tellFolded), omitted };
    },
  };

  function drop(count: number): void {
    for (const each of kept.splice(0, count)) omitted += each.times;
  }
}

function tellFolded({ text, times }: Folded): string {
  const shown = redactText(text);
  return times > 1 ? `${shown} (repeated ${times} times)` : shown;
}

/** A private key goes over several lines, of which the first alone says what they are. */
function createKeyHider(): (line: string) => string {
  let inKey = false;
  return (line) => {
    if (inKey) {
      inKey = !line.includes('-----END');
      return REDACTED;
    }
    inKey = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line) && !line.includes('-----END');
    return line;
  };
}
