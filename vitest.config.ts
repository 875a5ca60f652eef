import { defineConfig } from 'vitest/config';
import { mutation } from './collector/testing/mutants.ts';

export default defineConfig({
  // For the test of the tests.
  plugins: [mutation(process.env.INKLING_MUTANT)],
  test: {
    include: ['{sdk,snippet,collector,e2e}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Catches what hangs; a busy machine must not look like a fault.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
  resolve: {
    // Tests read the sources of the sibling workspaces, so that they need no build.
    alias: {
      '@inkling/sdk/protocol': new URL('./sdk/src/protocol.ts', import.meta.url).pathname,
      '@inkling/sdk': new URL('./sdk/src/index.ts', import.meta.url).pathname,
      '@inkling/snippet': new URL('./snippet/src/index.ts', import.meta.url).pathname,
    },
  },
});
