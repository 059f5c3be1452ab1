import { readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { missingServer, type ServerName, serverNames } from './obtain/sources.ts';

/** The servers that a test file asks for before it skips, by its text. */
function serversOf(file: string): ServerName[] {
  const asked = [...readFileSync(file, 'utf8').matchAll(/missingServer\('([\w-]+)'\)/g)].map((match) => match[1]);
  return serverNames.filter((name) => asked.includes(name));
}

function describeModule(module: TestModule): { line: string; missing: ServerName[] } | undefined {
  const missing = serversOf(module.moduleId).filter((name) => missingServer(name) !== undefined);
  const skipped = [...module.children.allTests('skipped')].length;
  if (missing.length === 0 || skipped === 0) return undefined;
  return { line: `  ${module.relativeModuleId}: ${skipped} (${missing.join(', ')})`, missing };
}

/** At the end of a run, tells which tests were left out for want of a server, and why it is not here. */
export function leftOutReporter(): Reporter {
  return {
    onTestRunEnd(modules) {
      const leftOut = modules.map(describeModule).filter((each) => each !== undefined);
      if (leftOut.length === 0) return;
      const missing = new Set(leftOut.flatMap((each) => each.missing));
      console.log('\nTests that were left out, as they need servers that this machine does not have:');
      for (const { line } of leftOut) console.log(line);
      for (const name of missing) console.log(`  ${name}: ${missingServer(name)}`);
    },
  };
}
