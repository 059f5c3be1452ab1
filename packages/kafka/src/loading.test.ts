import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('given plain Node, when the package is imported, then it finds all that it takes from kafkajs', () => {
  const index = fileURLToPath(new URL('./index.ts', import.meta.url));
  const script = `const { openKafkaLog } = await import(${JSON.stringify(index)}); process.stdout.write(typeof openKafkaLog);`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString()).toBe('function');
});
