// The sources of `up` besides what is posted and the clusters that are watched: audit logs in files, and who calls whom.
import { resolve } from 'node:path';
import type { Envelope, ReadMetrics, SourceStatus } from '@winnow/contracts';
import { createIntakeClock } from '@winnow/ingest-alerts';
import { startAuditFile } from '@winnow/ingest-audit';
import {
  type DependenciesConfig,
  type LiveSource,
  readDependenciesConfig,
  startDependencies,
  type TraceTaker,
} from '@winnow/ingest-dependencies';
import type { Checkpoints } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';
import { CommandFailed } from '../failure.ts';
import type { DrainStep } from '../process/termination.ts';

export interface StartOtherSources {
  /** As given: `FILE`, or `NAME=FILE` for the log of another cluster than the usual one. */
  readonly auditLogs: readonly string[];
  /** False where who calls whom is taken by another process. */
  readonly dependencies?: false;
  readonly cluster: string;
  readonly tenant: string;
  readonly instance: string;
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly checkpoints: Checkpoints;
  readonly pressure: () => { readonly retryAfter: number } | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
}

export interface OtherSources {
  /** To be handed to what answers HTTP. */
  readonly takers: readonly TraceTaker[];
  status(): readonly SourceStatus[];
  readonly readMetrics: ReadMetrics;
  readonly drainStep: DrainStep;
}

/** Returns at once: what cannot be reached is tried for as long as it takes. @throws CommandFailed where a setting is wrong. */
export function startOtherSources(options: StartOtherSources): OtherSources {
  const { auditLogs, dependencies: wanted, env, logger, instance, ...shared } = options;
  const config = readConfig(env);
  const heads = {
    ...shared,
    now: createIntakeClock(),
    onError: (error: unknown) => logger.debug({ err: error }, 'a source'),
  };
  const dependencies = wanted === false ? undefined : startDependencies({ ...heads, instance, config });
  const audits = auditLogs.map((text) => {
    const { cluster = options.cluster, path } = parseAuditLog(text);
    return startAuditFile({ ...heads, cluster, path, instance: `${instance}${path}` });
  });
  const all: readonly LiveSource[] = [...(dependencies ? [dependencies] : []), ...audits];
  return {
    takers: dependencies ? [dependencies.taker] : [],
    status: () => all.flatMap((each) => each.status()),
    readMetrics: () => joined(all.flatMap((each) => each.readMetrics())),
    drainStep: {
      name: 'other sources',
      within: 1_500,
      run: () => Promise.all(all.map((each) => each.stop())),
    },
  };
}

/** `prod-eu-1=/var/log/audit.log`, or a path alone. */
function parseAuditLog(text: string): { readonly cluster?: string; readonly path: string } {
  const named = /^([^=/]+)=(.+)$/.exec(text);
  if (text === '') throw new CommandFailed('--audit-log takes FILE, or NAME=FILE for the log of the cluster NAME');
  return named?.[1] && named[2] ? { cluster: named[1], path: resolve(named[2]) } : { path: resolve(text) };
}

/** A family stands once in the metrics, whoever adds to it. */
function joined(families: ReturnType<ReadMetrics>): ReturnType<ReadMetrics> {
  const byName = Map.groupBy(families, ({ name }) => name);
  return [...byName.values()].map((same) => ({ ...same[0]!, samples: same.flatMap(({ samples }) => samples) }));
}

function readConfig(env: NodeJS.ProcessEnv): DependenciesConfig {
  try {
    return readDependenciesConfig(env);
  } catch (error) {
    throw new CommandFailed((error as Error).message, 2, { cause: error });
  }
}
