import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

/** What is installed first, and has its own lockfile: `npm run nightly:examples`. */
export default defineConfig(config, {
  testMatch: '*.nightly.ts',
  // The tests of a file install into one folder.
  fullyParallel: false,
  timeout: 480_000,
});
