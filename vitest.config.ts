import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Three kinds of tests: `unit`, `stack` (whole processes) and `interop` (with Debian's tools), as many files at once as
 * there are cores. By itself Vitest leaves a core alone, which on a machine of two is half of it.
 */
export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/stack/**', 'test/interop/**'],
          globalSetup: ['test/support/canaryFolder.ts'],
          setupFiles: ['test/support/canaryWatch.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          globalSetup: ['test/support/canaryFolder.ts', 'test/support/build.ts'],
          setupFiles: ['test/support/canaryWatch.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          globalSetup: ['test/support/canaryFolder.ts'],
          setupFiles: ['test/support/canaryWatch.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
