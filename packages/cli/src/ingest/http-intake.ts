// What is posted to Winnow, by whichever process takes it: the routes of all services that take bodies, on one Fastify instance.
import { encloseCloudEvent } from '@winnow/contracts';
import type { Access } from '@winnow/http-auth';
import { type RunningAlertIntake, type StartAlertIntake, startAlertIntake } from '@winnow/ingest-alerts';
import { readAuditBody } from '@winnow/ingest-audit';
import { readChanges, readDependencies } from '@winnow/ingest-dependencies';
import type { Logger } from '@winnow/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Refusals } from '../process/refusals.ts';

/** Who posts what: a process takes all of it, or one kind behind a router. */
export type Posted = 'alerts' | 'audit' | 'dependencies';

export interface StartHttpIntake
  extends Omit<StartAlertIntake, 'alerts' | 'audit' | 'dependencies' | 'changes' | 'refused' | 'grantOf'> {
  readonly access: Pick<Access, 'grantOf'>;
  readonly refusals: Refusals;
  readonly logger: Logger;
  /** All where absent. */
  readonly takes?: readonly Posted[];
}

/** To be called before the instance listens. */
export function startHttpIntake(
  fastify: FastifyInstance,
  { access, refusals, logger, takes = ['alerts', 'audit', 'dependencies'], ...options }: StartHttpIntake,
): RunningAlertIntake {
  const changes = { read: readChanges, enclose: encloseCloudEvent };
  return startAlertIntake(fastify, {
    ...options,
    ...(takes.includes('audit') && {
      audit: { read: (body, context) => readAuditBody(body, context), array: 'items' },
    }),
    ...(takes.includes('dependencies') && { dependencies: { read: readDependencies }, changes }),
    ...(!takes.includes('alerts') && { alerts: false }),
    onHeartbeatError: (error) => logger.warn({ err: error }, 'the log cannot be written'),
    refused: refusals.count,
    grantOf: access.grantOf,
    onNote: (source, { kind, ...note }) => {
      if (kind === 'truncated') logger.warn({ source, ...note }, 'a sender left alerts out: they are unknown');
    },
  });
}
