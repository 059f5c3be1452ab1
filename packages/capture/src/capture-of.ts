// A cluster that was just listed, as a capture: what is true of files is true of it, so that one cluster gives one report either way.
import type { Item, Problem } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';
import { captureEnvelopes } from './capture-envelopes.ts';
import { createContents } from './contents.ts';
import type { Capture } from './open-capture.ts';

/** All objects of one kind, of one namespace or of all. */
export interface ListedKind {
  /** As facts have it. */
  readonly kind: string;
  readonly namespace?: string;
  readonly items: readonly Item[];
}

export interface Listed {
  readonly tenant: string;
  readonly cluster: string;
  /** When the lists were read. */
  readonly at: string;
  readonly kinds: readonly ListedKind[];
  /** Where logs are read. */
  readonly reader: ClusterReader;
  /** What could not be read, also later on. */
  readonly problems: () => readonly Problem[];
  /** Why nothing can be called healthy; empty where enough was read. */
  readonly blind: readonly string[];
}

export function captureOf({ tenant, cluster, at, kinds, reader, problems, blind }: Listed): Capture {
  const contents = createContents();
  for (const { kind, items } of kinds)
    contents.take(items, kind === 'Event' ? 'kubernetes.event' : 'kubernetes.object');
  const listed = kinds.map(({ kind, namespace }) => ({ kind, ...(namespace !== undefined && { namespace }) }));
  return {
    ...{ kind: 'capture', cluster, capturedAt: at, blind },
    envelopes: () => captureEnvelopes(contents, { tenant, cluster, at, listed }),
    problems: () => [...contents.problems.list(), ...problems()],
    reader: () => reader,
  };
}
