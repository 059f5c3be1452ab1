// `winnow agent`: the intake of one cluster as one process, which forwards to Kafka and outlasts its absence.
import type { Command } from 'commander';
import type { AgentOptions } from '../agent/run-agent.ts';
import { collect } from '../collect.ts';
import { dataOption } from '../data-dir.ts';

export function registerAgent(program: Command): void {
  program
    .command('agent')
    .description('take in one cluster, and forward it to Kafka; what cannot be forwarded is kept on the disk')
    .option('--listen <address>', 'where to listen', '127.0.0.1:9193')
    .option('--insecure-listen', 'let whoever reaches the address in, without credentials or TLS', false)
    .option('--cluster <name>', 'the name of the cluster (default: that of the context, else `default`)')
    .option('--context <name>', 'watch the cluster of this kubeconfig context')
    .option('--kubeconfig <file>', 'where the context is read (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--in-cluster', 'watch the cluster that this runs in')
    .option('--audit-log <file>', 'follow the audit log of an API server (may be repeated)', collect, [])
    .option(...dataOption)
    .addHelpText(
      'after',
      `
Kafka is named by WINNOW_KAFKA_BROKERS. The data directory is to survive a restart, and belongs to one agent alone.

Examples:
  WINNOW_KAFKA_BROKERS=kafka.example.com:9092 winnow agent --in-cluster --cluster prod-eu-1 --data /var/lib/winnow
  winnow status --data /var/lib/winnow`,
    )
    .action(async (options: AgentOptions) => {
      const { runAgent } = await import('../agent/run-agent.ts');
      await runAgent(options);
    });
}
