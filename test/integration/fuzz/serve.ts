// `winnow up`'s own server on a real socket, in this process, on a data directory of its own; what it writes is looked at on the way.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countedSources, type Envelope } from '@winnow/contracts';
import { openAccess } from '@winnow/http-auth';
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { createMemoryCheckpoints } from '@winnow/stream';
import { createLogger } from '@winnow/telemetry';
import { startOtherSources } from '../../../packages/cli/src/ingest/other-sources.ts';
import { createRefusals } from '../../../packages/cli/src/process/refusals.ts';
import { createStageCounters } from '../../../packages/cli/src/process/stage-figures.ts';
import { drain } from '../../../packages/cli/src/process/termination.ts';
import { readUpConfig } from '../../../packages/cli/src/up/config.ts';
import { startFlow } from '../../../packages/cli/src/up/flow.ts';
import { startServer } from '../../../packages/cli/src/up/server.ts';

export interface Served {
  readonly url: string;
  /** Items that were made durable, by source: those of counted sources, and what could not be read of the others. */
  readonly taken: ReadonlyMap<string, number>;
  /** True where something with this mark in it is durable. */
  has(mark: string): boolean;
  /** What of the log was secret in what was sent. */
  readonly leaked: readonly string[];
  /** Resolves when all is decided, with the ledger's items by source. */
  decided(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<readonly string[]>;
}

const marks = /"(neighbour-\d+)"/g;

export async function serve(): Promise<Served> {
  const data = mkdtempSync(join(tmpdir(), 'winnow-fuzz-'));
  // Without budgets: on a busy machine a cluster that posts most would be asked to wait, and here every answer is looked at.
  const env = { WINNOW_RCA_THREADS: '0', WINNOW_LOG_LEVEL: 'fatal', WINNOW_CLUSTER_RATE: '0' };
  const logger = createLogger('winnow', { env, level: 'fatal' });
  const taken = new Map<string, number>();
  const seen = new Set<string>();
  const leaked: string[] = [];
  const look = (envelope: Envelope) => {
    const { source, items } = envelope;
    const counted = items.filter(({ type }) => type === 'unreadable' || countedSources.includes(source)).length;
    if (counted > 0) taken.set(source, (taken.get(source) ?? 0) + counted);
    if (source === 'heartbeat') return;
    const text = JSON.stringify(items);
    for (const [, mark = ''] of text.matchAll(marks)) seen.add(mark);
    if (text.includes('hunter2')) leaked.push(text.slice(0, 2_000));
  };
  const notify = { receivers: [], externalUrl: 'http://127.0.0.1' };
  const flow = await startFlow({
    data,
    config: readUpConfig(env),
    env,
    logger,
    tracer: undefined,
    onCommit() {},
    notify,
  });
  const append = async (envelopes: readonly Envelope[]) => {
    await flow.append(envelopes);
    envelopes.forEach(look);
  };
  const others = startOtherSources({
    auditLogs: [],
    cluster: 'default',
    tenant: 'default',
    instance: 'intake',
    append,
    checkpoints: createMemoryCheckpoints(),
    pressure: () => undefined,
    env,
    logger,
  });
  const server = await startServer({
    flow: { ...flow, append },
    logger,
    address: { host: '127.0.0.1', port: 0 },
    intake: readAlertIntakeConfig(env),
    access: openAccess({ config: {} }),
    cluster: 'default',
    onArrival() {},
    refusals: createRefusals(),
    stages: createStageCounters(),
    takers: others.takers,
    example: () => undefined,
  });
  return {
    url: `http://127.0.0.1:${server.address.port}`,
    taken,
    has: (mark) => seen.has(mark),
    leaked,
    async decided() {
      await flow.pipeline.settle();
      const items = new Map<string, number>();
      for (const { source, count } of flow.pipeline.ledger()) items.set(source, (items.get(source) ?? 0) + count);
      return items;
    },
    async stop() {
      const late = await drain([...server.drainSteps, ...flow.drainSteps()]);
      rmSync(data, { recursive: true, force: true });
      return late;
    },
  };
}
