// The commands of `winnow`. Each is a file of its own.
import { Command, CommanderError } from 'commander';
import { registerDeadLetters } from './commands/dead-letters.ts';
import { registerDiagnose } from './commands/diagnose.ts';
import { registerExplain } from './commands/explain.ts';
import { registerLedger } from './commands/ledger.ts';
import { registerReplay } from './commands/replay.ts';
import { registerTopics } from './commands/topics.ts';
import { registerUp } from './commands/up.ts';
import { explainFailure } from './failure.ts';
import { muteSqliteWarning } from './node-warnings.ts';

muteSqliteWarning();
// `winnow topics tail … | head` closes the pipe early: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const program = new Command('winnow')
  .description('Turns the noise of Kubernetes fleets into a few explained incidents.')
  .version('0.1.0')
  .showHelpAfterError('(`winnow --help` says more)')
  .exitOverride();

for (const register of [
  registerUp,
  registerDiagnose,
  registerReplay,
  registerExplain,
  registerTopics,
  registerLedger,
  registerDeadLetters,
])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version are asked for; everything else is wrong usage, which commander has already told of.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { message, exitCode } = explainFailure(error);
    process.stderr.write(`winnow: ${message}\n`);
    // What a command had started must not keep the process; what is in the log is safe.
    process.exit(exitCode);
  }
}
