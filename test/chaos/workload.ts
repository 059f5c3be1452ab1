// What is fed: the examples of this repository with their own times, each as several clusters.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openInput } from '@winnow/capture';
import { ALL_CLUSTERS, type Envelope } from '@winnow/contracts';
import type { NewRecord } from '@winnow/stream';
import { observationRecord } from '../../packages/cli/src/ingest/observation-record.ts';
import { intake } from '../../packages/cli/src/inputs.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The arrivals of every example, each `copies` times under a cluster name of its own: in the order in which they are to be appended. */
export async function readWorkload(copies: number, partitions: number): Promise<readonly NewRecord<Envelope>[]> {
  const captures = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const inputs = [...captures.map(({ name }) => name), 'outage.jsonl.gz'];
  const streams: Envelope[][] = [];
  for (const input of inputs)
    for (let copy = 0; copy < copies; copy++)
      streams.push(await arrivalsOf(input, `${input.replace(/\..*/, '')}-${copy}`));
  return inTurns(streams).map((envelope) => observationRecord(envelope, partitions));
}

async function arrivalsOf(input: string, cluster: string): Promise<Envelope[]> {
  const opened = await openInput(join(examples, input), { tenant: 'default', intake });
  const found: Envelope[] = [];
  for await (const envelope of opened.envelopes())
    if (envelope.cluster !== ALL_CLUSTERS) found.push({ ...envelope, cluster });
  return found;
}

/** One of each, again and again: clusters tell what they tell at the same time. */
function inTurns<T>(streams: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...streams.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => streams.flatMap((stream) => stream.slice(at, at + 1))).flat();
}
