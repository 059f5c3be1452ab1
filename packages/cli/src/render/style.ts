// Colour only where a person looks: on a terminal, and never where NO_COLOR is set.
import { styleText } from 'node:util';
import type { Severity, Verdict } from '@winnow/contracts';

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly command: Paint;
  severity(severity: Severity, text: string): string;
  verdict(verdict: Verdict, text: string): string;
}

const severityColours = { critical: 'red', high: 'red', medium: 'yellow', low: 'blue' } as const;
const verdictColours = { confirmed: 'green', likely: 'green', possible: 'yellow', 'ruled-out': 'gray' } as const;

const paint = (...format: Parameters<typeof styleText>[0][]): Paint => {
  const all = format.flat() as Parameters<typeof styleText>[0];
  return (text) => styleText(all, text, { validateStream: false });
};

export function createStyle(coloured: boolean): Style {
  const plain: Paint = (text) => text;
  if (!coloured)
    return { bold: plain, dim: plain, command: plain, severity: (_, text) => text, verdict: (_, text) => text };
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    command: paint('cyan'),
    severity: (severity, text) => paint('bold', severityColours[severity])(text),
    verdict: (verdict, text) => paint(verdictColours[verdict])(text),
  };
}

/** What a stream can show. */
export interface Screen {
  readonly coloured: boolean;
  /** Columns. */
  readonly width: number;
}

export function screenOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv,
): Screen {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return { coloured, width: Math.min(Math.max(stream.columns ?? 100, 60), 110) };
}
