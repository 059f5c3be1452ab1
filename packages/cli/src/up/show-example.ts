// Shows the bundled example until something real arrives.
import {
  createIncidentSource,
  followIncidents,
  type IncidentSource,
  positionReader,
  reportIncidents,
} from '@winnow/api';
import type { ReportIncident } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';
import type { Announcer } from './announce.ts';
import { playExample } from './example.ts';

export interface ShownExample {
  /** Undefined once something real has arrived. */
  source(): IncidentSource | undefined;
  /** Takes it away at once. */
  stop(): Promise<void>;
}

export interface ShowExample {
  readonly tenant: string;
  readonly announcer: Announcer;
  /** To stdout. */
  readonly say: (text: string) => void;
  readonly onProblem: (text: string) => void;
}

/** Milliseconds after which what has been explained is printed, also where the machine is too slow to have played it all. */
const PATIENCE = 8_000;

/** Its incidents are printed when it has played to the end: on the way they change many times a second. */
export function showExample({ tenant, announcer, say, onProblem }: ShowExample): ShownExample | undefined {
  const example = playExample({ tenant, onProblem, onPlayed: () => setTimeout(print, 100) });
  if (!example) return undefined;
  const slow = setTimeout(print, PATIENCE);
  let source: IncidentSource | undefined = createIncidentSource({
    readRecord: positionReader(example.log),
    example: true,
  });
  const following = followIncidents(source, example.log, 0);

  function print(): void {
    clearTimeout(slow);
    if (!source) return;
    const { model } = source;
    const explained = reportIncidents([model]).filter((incident) => incident.hypotheses.length > 0);
    const [first, ...others] = explained.toSorted(byTelling);
    if (!first) return;
    announcer.tell(first, model.asOf);
    if (others.length > 0) say(`And ${others.length} more in the example:\n${listOf(others)}\n`);
    say('All this is the bundled example. It goes when the first real alert arrives.');
  }

  return {
    source: () => source,
    async stop() {
      clearTimeout(slow);
      source = undefined;
      await Promise.all([example.stop(), ...following.map((each) => each.close())]);
    },
  };
}

/** First what is sure and shown from most sides. */
function byTelling(one: ReportIncident, other: ReportIncident): number {
  const weigh = ({ hypotheses: [cause], signals }: ReportIncident) => [
    Number(cause?.verdict === 'confirmed'),
    new Set(cause?.evidence.map(({ source }) => source)).size,
    signals.length,
  ];
  const [mine, theirs] = [weigh(one), weigh(other)];
  return theirs.map((weight, at) => weight - (mine[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** One line each: the others are read over HTTP. */
function listOf(incidents: readonly ReportIncident[]): string {
  return incidents.map(({ severity, title }) => `  ${severity.padEnd(8)} ${harmless(title)}`).join('\n');
}
