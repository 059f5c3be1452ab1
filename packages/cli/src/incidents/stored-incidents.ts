import {
  createReadModel,
  type IncidentQuery,
  modelTopics,
  pageOf,
  type ReadModel,
  readIncidentQuery,
  survivorOf,
  toReportIncident,
} from '@winnow/api';
import type { Dossier } from '@winnow/contracts';
import type { Reader } from '@winnow/sqlite';
import { recordsOfReader } from '../explain/records.ts';
import { CommandFailed } from '../failure.ts';
import type { IncidentFilter, Incidents } from './incidents.ts';

/** Incidents as they stand in a data directory: the same read model as the server's. */
export function storedIncidents(reader: Reader): Incidents {
  const model = modelOf(reader);
  return {
    async list(filter) {
      const entries = [...model.entries()].filter(({ incident }) => incident.mergedInto === undefined);
      return pageOf(entries, { ...queryOf(filter), limit: Number.POSITIVE_INFINITY }).page.map((entry) =>
        toReportIncident(entry),
      );
    },
    async get(id) {
      const asked = model.get(id);
      const entry = asked && model.get(survivorOf(model, asked));
      if (!entry) return undefined;
      const { incident, finding = null, dossier: at } = entry;
      const [record] = at ? reader.read({ topic: at.topic, partition: at.partition, from: at.offset, limit: 1 }) : [];
      const dossier = record && record.offset === at?.offset ? (record.value as Dossier | null) : null;
      return { incident, dossier, finding };
    },
  };
}

function modelOf(reader: Reader): ReadModel {
  const model = createReadModel();
  const records = recordsOfReader(reader);
  for (const { topic, partition } of reader.logs()) {
    if (!modelTopics.includes(topic)) continue;
    for (const record of records.oldest(topic, partition)) model.apply(record);
  }
  return model;
}

function queryOf(filter: IncidentFilter): IncidentQuery {
  const query = readIncidentQuery({ ...filter });
  if ('parameter' in query) throw new CommandFailed(`${query.parameter}: expected ${query.expected}`);
  return query;
}
