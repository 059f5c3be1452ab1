import { defineConfig } from 'vitest/config';

// unit: pure code beside its sources. flow: whole pipelines in memory. integration: real servers and files.
// e2e: the `winnow` command as a user runs it.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/**/*.test.ts', 'services/**/*.test.ts', 'test/lint/**/*.test.ts'] } },
      { test: { name: 'flow', include: ['test/flow/**/*.test.ts'], testTimeout: 120_000 } },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 120_000 } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
