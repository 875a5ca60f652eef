import { test as base, expect } from '@playwright/test';
import { type Collector, createCollector } from './collector.ts';

export { expect };

/** Each test gets a collector with nothing in it; pages take it for their origin. */
export const test = base.extend<{ collector: Collector }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needs of a fixture from here.
  collector: async ({}, use, testInfo) => {
    const collector = await createCollector();
    try {
      await collector.start();
      await use(collector);
    } finally {
      await collector.remove();
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('collector.log', { body: collector.logs() });
        console.log(collector.logs());
      }
    }
  },
  baseURL: async ({ collector }, use) => use(collector.url),
});
