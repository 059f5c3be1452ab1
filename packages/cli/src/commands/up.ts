// `winnow up`: the whole flow as one process, with no server beside it.
import type { Command } from 'commander';
import { dataOption } from '../data-dir.ts';

export interface UpOptions {
  readonly listen: string;
  readonly cluster: string;
  readonly example: boolean;
  readonly data?: string;
}

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('take alerts and explain incidents, all in this process')
    .option('--listen <address>', 'where to listen', '127.0.0.1:9193')
    .option('--cluster <name>', 'the cluster of alerts that name none', 'default')
    .option('--no-example', 'do not play the bundled example until something real arrives')
    .option(...dataOption)
    .addHelpText(
      'after',
      `
Examples:
  winnow up
  winnow up --listen 0.0.0.0:9193 --cluster prod-eu-1 --data /var/lib/winnow

Point Prometheus at it as at an Alertmanager:
  alerting:
    alertmanagers:
      - static_configs: [{ targets: ["127.0.0.1:9193"] }]`,
    )
    .action(async (options: UpOptions) => {
      const { runUp } = await import('../up/run-up.ts');
      await runUp(options);
    });
}
