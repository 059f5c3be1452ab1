// Carries out a diagnosis: reads the dossier where the ask says that it stands, and hands it to the investigator.
import { type Ask, type Dossier, type LookupKind, topics } from '@winnow/contracts';
import { type EventLog, type Investigator, type LookupAnswer, type Lookups, readRecord } from '@winnow/stream';
import type { DiagnosisArguments } from './core.ts';

export const rcaLookupKinds = ['diagnosis'] as const satisfies readonly LookupKind[];

export function rcaLookups({
  log,
  investigator,
}: {
  readonly log: EventLog;
  readonly investigator: Investigator;
}): Lookups {
  return {
    async diagnosis(ask: Ask, signal: AbortSignal): Promise<LookupAnswer> {
      const { partition, offset } = ask.arguments as unknown as DiagnosisArguments;
      const record = await readRecord(log, { topic: topics.dossiers.name, partition, offset }, { signal });
      const dossier = record?.value as Dossier | null | undefined;
      // Compaction keeps the latest revision only: where this one is gone a newer one has its own ask.
      if (dossier?.incident.id !== ask.incident || dossier.incident.revision !== ask.revision)
        return { status: 'cancelled', message: 'a newer dossier has taken its place' };
      return { status: 'ok', value: await investigator.investigate(dossier, signal) };
    },
  };
}
