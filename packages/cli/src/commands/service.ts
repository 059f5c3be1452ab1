// `winnow service NAME`: one service of the flow as a process of its own, on Kafka and Redis.
import type { Command } from 'commander';
import { CommandFailed } from '../failure.ts';
import { runService } from '../service/run-service.ts';
import { serviceNames, services } from '../service/services.ts';

export function registerService(program: Command): void {
  program
    .command('service')
    .description('run one service of the flow as a process of its own, on Kafka and Redis')
    .argument('<name>', serviceNames.join(', '))
    .addHelpText(
      'after',
      `
It is set by the environment: \`winnow config ls\` lists the settings, \`winnow config check NAME\` checks them.
Instances of one service share the partitions; /-/healthy, /-/ready and /metrics are on WINNOW_LISTEN.

Example:
  WINNOW_KAFKA_BROKERS=kafka:9092 WINNOW_REDIS_URL=redis://redis:6379 winnow service signals`,
    )
    .action(async (name: string) => {
      const load = Object.hasOwn(services, name) ? services[name] : undefined;
      if (!load)
        throw new CommandFailed(`there is no service ${JSON.stringify(name)}: it is one of ${serviceNames.join(', ')}`);
      await runService(await load());
    });
}
