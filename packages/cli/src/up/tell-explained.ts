// From the records of the flow to what is printed: incidents that were diagnosed since this process started, and their turns.
import { type IncidentSource, toReportIncident } from '@winnow/api';
import { topics } from '@winnow/contracts';
import type { CommitInfo } from '@winnow/stream';
import type { Announcer } from './announce.ts';

export interface ExplainedTeller {
  /** What a stage has just committed. */
  committed(info: CommitInfo): void;
  stop(): void;
}

/** The read model follows the log a moment behind the commit; it also tells of the past at the start, which is not news. */
export function tellExplained(source: IncidentSource, announcer: Announcer, now: () => string): ExplainedTeller {
  const explained = new Set<string>();
  const tell = (id: string) => {
    const entry = explained.has(id) ? source.model.get(id) : undefined;
    if (!entry?.finding) return;
    if (entry.incident.mergedInto) explained.delete(id);
    else announcer.tell(toReportIncident(entry), now());
  };
  const stop = source.onChange(tell);
  return {
    committed({ emitted }) {
      for (const { topic, key, value } of emitted) {
        if (topic !== topics.findings.name || value === null) continue;
        explained.add(key);
        // Where the model was faster than this call its change has passed already.
        setTimeout(tell, 50, key).unref();
      }
    },
    stop,
  };
}
