import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

/** What is installed first, and has its own lockfile: `npm run nightly:examples`. */
export default defineConfig(config, { testMatch: '*.nightly.ts', timeout: 480_000 });
