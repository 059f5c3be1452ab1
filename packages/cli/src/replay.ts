// Replays a recording: incidents are told of as they form. With a data directory it can be killed and goes on where it stood.
import { type ReadModel, reportIncidents } from '@winnow/api';
import { type Envelope, type Report, type ReportIncident, topics } from '@winnow/contracts';
import { openReader, openSqlite } from '@winnow/sqlite';
import { createMemoryLog, createMemoryStore, type LocalLog, type StateStore } from '@winnow/stream';
import { fileOptions, openAny, openBeside, reportOf } from './diagnose.ts';
import { followModel } from './follow-model.ts';
import { startPipeline } from './pipeline.ts';
import { type Played, play } from './play.ts';

export interface ReplayOptions {
  readonly captures?: readonly string[];
  /** A directory of its own: never that of `up`. In memory where absent. */
  readonly data?: string;
  readonly speed?: number;
  /** Told of each incident that looks different after a chunk. */
  readonly onIncident?: (incident: ReportIncident, asOf: string) => void;
  readonly onProgress?: (played: Played) => void;
}

interface Store {
  readonly log: LocalLog;
  readonly store: StateStore;
  readonly resumeAfter?: Envelope;
  close(): Promise<void>;
}

/** @throws CommandFailed, DataDirBusy, StateDamaged, StateNewer */
export async function replay(path: string, options: ReplayOptions = {}): Promise<Report> {
  const input = await openAny(path);
  const beside = await openBeside(options.captures ?? []);
  const opened = options.data === undefined ? openMemory() : openFile(options.data);
  const model = followModel(opened.log);
  const pipeline = await startPipeline({ ...opened, ...fileOptions(input, beside) });
  const tell = createTeller(model, options.onIncident);
  try {
    const played = await play(pipeline, input.envelopes(), {
      ...(options.speed !== undefined && { speed: options.speed }),
      ...(opened.resumeAfter && { resumeAfter: opened.resumeAfter }),
      onChunk(soFar) {
        tell(soFar.asOf);
        options.onProgress?.(soFar);
      },
    });
    return reportOf(pipeline, model, input, played);
  } finally {
    await pipeline.close();
    await opened.close();
  }
}

function openMemory(): Store {
  const log = createMemoryLog({ trim: true });
  return { log, store: createMemoryStore({ publishTo: log }), close: async () => undefined };
}

/** Survives the end of the process; that it need not survive a power cut makes it several times as fast. */
function openFile(dir: string): Store {
  const { log, store, close } = openSqlite({ dir, durability: 'process' });
  const resumeAfter = lastArrival(dir);
  return { log, store, close, ...(resumeAfter && { resumeAfter }) };
}

function lastArrival(dir: string): Envelope | undefined {
  const reader = openReader(dir);
  try {
    const [last] = reader.read({ topic: topics.observations.name, partition: 0, limit: 1, reverse: true });
    return last?.value as Envelope | undefined;
  } finally {
    reader.close();
  }
}

/** Tells of the incidents whose revision or finding is new. */
function createTeller(model: ReadModel, onIncident: ReplayOptions['onIncident']): (asOf: string) => void {
  const told = new Map<string, string>();
  return (asOf) => {
    if (!onIncident) return;
    for (const incident of reportIncidents([model])) {
      const entry = model.get(incident.id);
      const looks = JSON.stringify(entry?.seen);
      if (told.get(incident.id) === looks) continue;
      told.set(incident.id, looks);
      onIncident(incident, asOf);
    }
  };
}
