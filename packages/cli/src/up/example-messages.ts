// What the example's thread and the main thread tell each other.
import { topics } from '@winnow/contracts';
import type { NewRecord } from '@winnow/stream';

/** The cluster that the example plays in. */
export const EXAMPLE = 'example';

export interface ExampleData {
  /** Holds the recording and its captures. */
  readonly directory: string;
  readonly tenant: string;
}

export type ExampleMessage =
  | { readonly type: 'records'; readonly records: readonly NewRecord[] }
  | { readonly type: 'played' }
  | { readonly type: 'failed'; readonly part: string; readonly message: string };

/** What the read model is folded from. */
export const exampleTopics: ReadonlySet<string> = new Set([
  topics.incidents.name,
  topics.dossiers.name,
  topics.findings.name,
]);
