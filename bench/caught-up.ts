// Whether Winnow's stages have decided all that is in its log, read from its file beside it.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const behind = `SELECT max(0, log.next - coalesce(state.offsets ->> ('$."' || log.topic || '"'), 0)) AS records
  FROM log JOIN state ON state.part = log.part
  WHERE (state.stage = 'signals' AND log.topic = 'winnow.observations') OR (state.stage = 'grouping' AND log.topic = 'winnow.signals')`;

/**
 * Resolves when signals has decided every arrival and grouping every signal, with the time (as of `performance.now()`) at which that was
 * seen: the revisions of incidents that come of them are out, since they are part of the same commits.
 */
export async function untilCaughtUp(data: string): Promise<number> {
  const db = new DatabaseSync(join(data, 'winnow.db'), { readOnly: true, timeout: 5_000 });
  try {
    const read = db.prepare(behind);
    while (read.all().some((row) => Number(row.records) > 0)) await sleep(20);
    return performance.now();
  } finally {
    db.close();
  }
}
