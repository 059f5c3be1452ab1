// `winnow status`: how the sources stand, and the disk.
import type { Command } from 'commander';
import { dataDirOf, dataOption } from '../data-dir.ts';
import { createStyle, screenOf } from '../render/style.ts';
import { findRunning, urlToAsk } from '../running-up.ts';
import { type ServerOptions, serverOptions } from '../server-client.ts';
import { askSources } from '../status/ask-up.ts';
import { readDataStatus } from '../status/data-status.ts';
import type { StatusDocument } from '../status/status-document.ts';
import { statusText } from '../status/status-text.ts';

interface Flags extends ServerOptions {
  readonly json?: true;
  readonly data?: string;
}

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('each source: connected, blind or refused; its lag and last byte; the disk')
    .option('--json', 'print JSON')
    .option('--server <url>', 'where it listens (default: what the data directory says)')
    .option(...serverOptions[1])
    .option(...dataOption)
    .addHelpText(
      'after',
      `
Ends with status 1 where no \`winnow up\` runs on the data: then it tells when each source was last heard.

Examples:
  winnow status
  winnow status --json | jq '.sources[] | select(.state != "connected")'`,
    )
    .action(async ({ json, data, server, token }: Flags) => {
      const status = await readStatus(dataDirOf(data), server, token);
      const style = createStyle(screenOf(process.stdout, process.env).coloured);
      const text = json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status, new Date().toISOString(), style);
      process.stdout.write(text);
      if (!status.running) process.exitCode = 1;
    });
}

async function readStatus(directory: string, server?: string, token?: string): Promise<StatusDocument> {
  const { data, pending, lastHeard } = readDataStatus(directory);
  const up = findRunning(directory);
  if (!up) return { running: false, sources: lastHeard, pending, data };
  const asked = await askSources(server ?? urlToAsk(up), token);
  return 'trouble' in asked
    ? { running: false, up, trouble: asked.trouble, sources: lastHeard, pending, data }
    : { running: true, up, sources: asked.sources, pending, data };
}
