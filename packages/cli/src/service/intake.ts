// What the services that take in noise share on their host: how they append, what they refuse, how their sources stand.
import type { ReadMetrics, SourceStatus } from '@winnow/contracts';
import { createIntakeAppend, type IntakeAppend } from '../ingest/intake-append.ts';
import { createRefusals, type Refusals } from '../up/refusals.ts';
import { createSenders, type Senders } from '../up/senders.ts';
import type { DrainStep } from '../up/termination.ts';
import type { RunningService, ServiceHost } from './service.ts';

export interface ServiceIntake {
  readonly append: IntakeAppend['append'];
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

export function openIntake({ log, partitions, fastify }: ServiceHost): ServiceIntake {
  const appending = createIntakeAppend(log, partitions);
  const refusals = createRefusals();
  const senders = createSenders();
  return {
    refusals,
    senders,
    append: appending.append,
    run({ status = () => [], readMetrics, done = new Promise(() => undefined), drainSteps }) {
      fastify.get('/api/v1/sources', () => [...status(), ...senders.status()]);
      return {
        done,
        drainSteps,
        ready: appending.ready,
        metrics: () => ({ refused: refusals.list() }),
        readMetrics: () => [...appending.readMetrics(), ...readMetrics.flatMap((read) => read())],
      };
    },
  };
}
