// How far this process is behind the log: on /metrics, and whether it has got stuck.
import type { MetricFamily } from '@winnow/contracts';
import type { KafkaLog, Progress } from '@winnow/kafka';
import type { OwnedPart, PartStanding } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';

/** A broker that was silent for so many milliseconds is away: to begin anew would help nobody. */
const AWAY = 30_000;

/** Why the process is to be started anew; undefined where it gets on. @param patience seconds; 0 for ever. */
export function whyStuck(log: Pick<KafkaLog, 'progress'>, patience: number): string | undefined {
  if (patience === 0) return undefined;
  const stuck = log
    .progress()
    .find(
      ({ stuckFor, silentFor, trouble }) => stuckFor > patience * 1000 && silentFor < AWAY && trouble === undefined,
    );
  return (
    stuck &&
    `${stuck.topic}/${stuck.partition} is ${stuck.lag} records behind and has not got on for ${Math.round(stuck.stuckFor / 1000)} s`
  );
}

/** Milliseconds. */
const TELL_EVERY = 10_000;

/** Says again and again what keeps this process from reading, while something does. @returns how to stop that. */
export function tellTrouble(log: Pick<KafkaLog, 'progress'>, logger: Logger): () => void {
  const timer = setInterval(() => {
    const troubled = log.progress().filter(({ trouble }) => trouble !== undefined);
    const [first] = troubled;
    if (first) logger.warn({ partitions: troubled.length, trouble: first.trouble }, 'the log cannot be read now');
  }, TELL_EVERY).unref();
  return () => clearInterval(timer);
}

export function lagFamilies(
  log: Pick<KafkaLog, 'progress'>,
  standings: readonly PartStanding<OwnedPart>[],
): readonly MetricFamily[] {
  const progress = log.progress();
  const samples = (value: (each: Progress) => number) =>
    progress.map((each) => ({ labels: { topic: each.topic, partition: each.partition }, value: value(each) }));
  const count = (status: PartStanding<unknown>['status']) => standings.filter((each) => each.status === status).length;
  return [
    {
      name: 'winnow_log_lag_records',
      type: 'gauge',
      help: 'Records between what was handled and the end of a partition that this process reads.',
      samples: samples(({ lag }) => lag),
    },
    {
      name: 'winnow_log_stuck_seconds',
      type: 'gauge',
      help: 'Seconds for which a partition has lagged without anything of it being handled.',
      samples: samples(({ stuckFor }) => Math.round(stuckFor) / 1000),
    },
    {
      name: 'winnow_partitions',
      type: 'gauge',
      help: 'Partitions that this process owns, by how they stand.',
      samples: (['running', 'starting', 'failed'] as const).map((status) => ({
        labels: { status },
        value: count(status),
      })),
    },
  ];
}
