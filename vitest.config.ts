import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { leftOutReporter } from './test/servers/left-out.ts';

// unit: pure code beside its sources. flow: whole pipelines in memory. integration: real servers and files.
// e2e: the `winnow` command as a user runs it. The time limits are for what hangs, not for what is slow.
// Tests with real servers wait most of the time, so more of them run side by side than there are cores; not many, because a Kubernetes
// control plane takes 600 MB and the first seconds of two cores.
const resolve = {
  alias: [{ find: /^fast-check$/, replacement: fileURLToPath(new URL('test/seeded-fast-check.ts', import.meta.url)) }],
};

export default defineConfig({
  test: {
    reporters: ['default', leftOutReporter()],
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          testTimeout: 300_000,
          include: ['packages/**/*.test.ts', 'services/**/*.test.ts', 'test/lint/**/*.test.ts'],
        },
      },
      { resolve, test: { name: 'flow', include: ['test/flow/**/*.test.ts'], testTimeout: 300_000 } },
      {
        resolve,
        test: {
          name: 'integration',
          // Real servers on a busy machine: what fails is tried again once, so each test begins anew, whatever was before it.
          retry: 1,
          include: ['test/integration/**/*.test.ts', 'test/servers/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 4,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 600_000, retry: 1, maxWorkers: 4 } },
    ],
  },
});
