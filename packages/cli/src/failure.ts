// Errors that end a command, in words that say what to do.

/** 1: a fault of Winnow itself. 2: nothing readable, or wrong usage. 3: `--fail-on` was reached. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Ends the command with its message and no stack. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Errors whose message already says what is wrong and what to do: they are the user's to solve. */
const told = new Set([
  ...['CommandFailed', 'DataDirBusy', 'NoData', 'StateDamaged', 'StateNewer', 'StateOlder', 'LogUnavailable'],
  ...['KubeconfigUnusable', 'ApiUnreachable', 'DiscoveryFailed', 'SettingsWrong'],
  ...['LogRefused', 'LogTruncated', 'NoPartition', 'TopicsRefused'],
]);

/** What is printed, and what the process ends with. A fault of Winnow itself keeps its stack, for a report. */
export function explainFailure(error: unknown): { readonly message: string; readonly exitCode: ExitCode } {
  if (error instanceof CommandFailed) return { message: error.message, exitCode: error.exitCode };
  if (!(error instanceof Error)) return { message: String(error), exitCode: 1 };
  if (told.has(error.name)) return { message: error.message, exitCode: error.name === 'LogUnavailable' ? 1 : 2 };
  return { message: `a fault of Winnow itself: ${error.stack ?? error.message}`, exitCode: 1 };
}
