// A stage with a fault that one arrival brings out: what a version of Winnow looks like that is mended later.
import { type Envelope, hash64 } from '@winnow/contracts';
import { signalsStage } from '@winnow/signals';
import { type EventLog, runStage, type Stage, StageCrashed, type StateStore } from '@winnow/stream';

/** An arrival of one alert, as of three hours ago. */
export function arrivalAbout(deployment: string, cluster = 'default'): Envelope {
  const labels = { alertname: 'KubePodCrashLooping', severity: 'critical', namespace: 'shop', deployment };
  const item = { type: 'alert' as const, fingerprint: hash64(deployment), status: 'firing' as const };
  return {
    ...{ schema: 1, tenant: 'default', cluster, source: 'alertmanager.alerts', instance: 'intake' },
    at: new Date(Date.now() - 3 * 3_600_000).toISOString(),
    items: [{ ...item, labels, annotations: { token: '[REDACTED]' } }],
  };
}

function faulty(deployment: string): Stage {
  const stage = signalsStage();
  return {
    ...stage,
    decide(state, record) {
      const { items } = record.value as Envelope;
      if (items.some((item) => item.type === 'alert' && item.labels.deployment === deployment))
        throw new Error(`cannot decide on ${deployment}`);
      return stage.decide(state as ReturnType<typeof stage.open>, record);
    },
  };
}

/** Runs the faulty version until it has set the arrival about the deployment aside. */
export async function setAside(log: EventLog, store: StateStore, partition: number, deployment: string): Promise<void> {
  for (const _ of [1, 2]) {
    const running = await runStage({ log, store, partition, stage: faulty(deployment) });
    const error = await running.done.catch((reason: unknown) => reason);
    if (!(error instanceof StageCrashed)) throw error;
  }
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const onCommit = ({
    emitted,
  }: {
    readonly emitted: readonly { readonly headers: Readonly<Record<string, string>> }[];
  }) => {
    if (emitted.some(({ headers }) => headers.ce_type === 'dead-letter')) resolve();
  };
  const running = await runStage({ log, store, partition, stage: faulty(deployment), onCommit });
  await Promise.race([over, running.done]);
  await running.close();
}
