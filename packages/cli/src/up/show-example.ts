// Shows the bundled example until something real arrives.
import {
  createIncidentSource,
  followIncidents,
  type IncidentSource,
  positionReader,
  toReportIncident,
} from '@winnow/api';
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
  readonly say: (text: string) => void;
  readonly onProblem: (text: string) => void;
}

/** Its incidents are printed once it has played to the end: on the way they change many times a second. */
export function showExample({ tenant, announcer, say, onProblem }: ShowExample): ShownExample | undefined {
  const example = playExample({ tenant, onProblem, onPlayed: () => setTimeout(print, 100) });
  if (!example) return undefined;
  let source: IncidentSource | undefined = createIncidentSource({
    readRecord: positionReader(example.log),
    example: true,
  });
  const following = followIncidents(source, example.log, 0);

  function print(): void {
    if (!source) return;
    const { model } = source;
    const explained = [...model.entries()].filter(({ incident, finding }) => finding && !incident.mergedInto);
    for (const entry of explained) announcer.tell(toReportIncident(entry, { example: true }), model.asOf);
    say(`These ${explained.length} incidents are the example; they go when the first real alert arrives.`);
  }

  return {
    source: () => source,
    async stop() {
      source = undefined;
      await Promise.all([example.stop(), ...following.map((each) => each.close())]);
    },
  };
}
