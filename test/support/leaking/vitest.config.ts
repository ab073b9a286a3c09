import { defineConfig } from 'vitest/config';

/** A run that shows secrets: that it fails is asserted by `test/canaries.test.ts`. */
export default defineConfig({
  test: {
    include: ['test/support/leaking/leak.ts'],
    globalSetup: ['test/support/canaryFolder.ts'],
    setupFiles: ['test/support/canaryWatch.ts'],
  },
});
