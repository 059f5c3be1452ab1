import { createReadModel, modelTopics, type ReadModel } from '@winnow/api';
import type { EventLog } from '@winnow/stream';

/** The read model of a log's one partition, kept up to date for as long as the log is there. */
export function followModel(log: EventLog): ReadModel {
  const model = createReadModel();
  for (const topic of modelTopics)
    log.subscribe({ topic, partition: 0, from: 0 }, async (batch) => {
      for (const record of batch) model.apply(record);
    });
  return model;
}
