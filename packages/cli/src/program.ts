// The commands of `winnow`. Each is a file of its own.
import { Command, CommanderError } from 'commander';
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

/** In the order of the help. Only the one that is asked for is loaded: it starts sooner. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  up: async () => (await import('./commands/up.ts')).registerUp,
  agent: async () => (await import('./commands/agent.ts')).registerAgent,
  service: async () => (await import('./commands/service.ts')).registerService,
  diagnose: async () => (await import('./commands/diagnose.ts')).registerDiagnose,
  replay: async () => (await import('./commands/replay.ts')).registerReplay,
  status: async () => (await import('./commands/status.ts')).registerStatus,
  record: async () => (await import('./commands/record.ts')).registerRecord,
  incidents: async () => (await import('./commands/incidents.ts')).registerIncidents,
  explain: async () => (await import('./commands/explain.ts')).registerExplain,
  topics: async () => (await import('./commands/topics.ts')).registerTopics,
  config: async () => (await import('./commands/config.ts')).registerConfig,
  ledger: async () => (await import('./commands/ledger.ts')).registerLedger,
  'dead-letters': async () => (await import('./commands/dead-letters.ts')).registerDeadLetters,
};
const [asked = ''] = process.argv.slice(2);
for (const name of Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands)) {
  const register = await commands[name]?.();
  register?.(program);
}

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
