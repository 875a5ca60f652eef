import { defineConfig } from '@playwright/test';
import { browserArgs, findBrowser, thisMachine } from './browser.ts';

const machine = thisMachine();
const executablePath = findBrowser(machine);
// The workers read this file again: they need not look for themselves.
process.env.INKLING_BROWSER = executablePath;

export default defineConfig({
  testMatch: '*.e2e.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  // Each runs a browser and a collector of its own.
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: browserArgs(machine),
      // Visitors have the back/forward cache, so our tests have it too.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    },
  },
});
