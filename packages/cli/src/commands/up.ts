// `winnow up`: the whole flow as one process, with no server beside it.
import type { Command } from 'commander';
import { collect } from '../collect.ts';
import { dataOption } from '../data-dir.ts';
import type { UpOptions } from '../up/run-up.ts';

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('take alerts and explain incidents, all in this process')
    .option('--listen <address>', 'where to listen', '127.0.0.1:9193')
    .option('--insecure-listen', 'let whoever reaches the address in, without credentials or TLS', false)
    .option('--cluster <name>', 'the cluster of alerts that name none', 'default')
    .option('--context <name>', 'watch the cluster of this kubeconfig context (may be repeated)', collect, [])
    .option('--kubeconfig <file>', 'where contexts are read (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--in-cluster', 'watch the cluster that this runs in, as the one that --cluster names')
    .option(
      '--audit-log <file>',
      'follow the audit log of an API server, as FILE or NAME=FILE for the cluster NAME (may be repeated)',
      collect,
      [],
    )
    .option('--notify <url>', 'post incidents there, as an Alertmanager webhook (may be repeated)', collect, [])
    .option('--no-example', 'do not play the bundled example until something real arrives')
    .option(...dataOption)
    .addHelpText(
      'after',
      `
Examples:
  winnow up
  winnow up --context prod-eu-1 --context prod-us-1
  winnow up --cluster prod-eu-1 --data /var/lib/winnow
  WINNOW_AUTH_FILE=auth.yaml WINNOW_TLS_CERT_FILE=tls.crt WINNOW_TLS_KEY_FILE=tls.key winnow up --listen 0.0.0.0:9193
  winnow up --notify https://hooks.example.com/winnow

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
