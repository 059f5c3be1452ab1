// What the services that take in noise share on their host: how they append, what they refuse, how their sources stand.
import { type ReadMetrics, readRateSettings, type SourceStatus } from '@winnow/contracts';
import { createIntakeAppend, type IntakeAppend } from '../ingest/intake-append.ts';
import { type LimitedIntake, limitIntake } from '../ingest/limit-intake.ts';
import { createSenders, type Senders } from '../ingest/senders.ts';
import { createRefusals, type Refusals } from '../process/refusals.ts';
import type { DrainStep } from '../process/termination.ts';
import type { RunningService, ServiceHost } from './service.ts';

export interface ServiceIntake {
  readonly append: IntakeAppend['append'];
  /** Holds clusters to their rates; how far the flow is behind is not known here. */
  readonly limits: LimitedIntake;
  readonly refusals: Refusals;
  /** Who has posted something. */
  readonly senders: Senders;
  /** What the host is to know. */
  run(parts: IntakeParts): RunningService;
}

export interface IntakeParts {
  readonly status?: () => readonly SourceStatus[];
  readonly readMetrics: readonly ReadMetrics[];
  /** Rejects where the process is to end; never where absent. */
  readonly done?: Promise<unknown>;
  readonly drainSteps: readonly DrainStep[];
}

/** @throws SettingsWrong */
export function openIntake({ log, partitions, fastify, env }: ServiceHost): ServiceIntake {
  const appending = createIntakeAppend(log, partitions);
  const limits = limitIntake({ settings: readRateSettings(env), append: appending.append });
  const refusals = createRefusals();
  const senders = createSenders();
  return {
    refusals,
    senders,
    append: appending.append,
    limits,
    run({ status = () => [], readMetrics, done = new Promise(() => undefined), drainSteps }) {
      fastify.get('/api/v1/sources', () => [...status(), ...senders.status()]);
      return {
        done,
        drainSteps: [{ name: 'sources that wait', within: 100, run: limits.stop }, ...drainSteps],
        ready: appending.ready,
        metrics: () => ({ refused: refusals.list() }),
        readMetrics: () =>
          [appending, limits].flatMap((each) => each.readMetrics()).concat(readMetrics.flatMap((read) => read())),
      };
    },
  };
}
