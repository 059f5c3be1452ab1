// A read model with those who want to hear of its changes: what the incident routes are served from.
import { type EventLog, inShares, type LogRecord, readRecord, type Subscription } from '@winnow/stream';
import { createReadModel, modelTopics, type Position, type ReadModel, type ReadModelOptions } from './core.ts';

export interface IncidentSource {
  readonly model: ReadModel;
  apply(record: LogRecord): void;
  /** Calls the listener with the id of each incident that changes. @returns how to stop that. */
  onChange(listener: (id: string) => void): () => void;
  /** Reads a record where it stands; undefined where it is gone. */
  readRecord(position: Position): Promise<LogRecord | undefined>;
}

export interface IncidentSourceOptions extends ReadModelOptions {
  readonly readRecord: IncidentSource['readRecord'];
}

export function createIncidentSource({ readRecord, ...options }: IncidentSourceOptions): IncidentSource {
  const model = createReadModel(options);
  const listeners = new Set<(id: string) => void>();
  return {
    model,
    readRecord,
    apply(record) {
      const id = model.apply(record);
      if (id !== undefined) for (const listener of listeners) listener(id);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Milliseconds after which a record that does not come is taken to be gone: somebody waits for an answer. */
const PATIENCE = 2_000;

/** A reader of single records of a log; undefined where the record has been compacted or has expired. */
export function positionReader(log: EventLog): IncidentSource['readRecord'] {
  return (position) => readRecord(log, position, { patience: PATIENCE });
}

/** Keeps the model up to date with one partition of the log, from its beginning. */
export function followIncidents(
  source: Pick<IncidentSource, 'apply'>,
  log: EventLog,
  partition: number,
): readonly Subscription[] {
  return modelTopics.map((topic) =>
    log.subscribe({ topic, partition, from: 0 }, (batch) => inShares(batch, source.apply)),
  );
}
