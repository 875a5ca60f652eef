import { expect, type Page } from '@playwright/test';
import type { Ids, Inkling } from '../sdk/src/api.ts';

declare global {
  interface Window {
    readonly inkling: Inkling;
  }
}

/** Who the visitor of `page` is to the script. Waits until it is there: the stub cannot say. */
export async function idsOf(page: Page): Promise<Ids> {
  const read = () => page.evaluate((): Ids => ({ ...window.inkling?.ids() }));
  await expect.poll(async () => (await read()).anonymousId).toBeDefined();
  return read();
}

/** Sends what the script still holds. */
export async function flush(page: Page): Promise<void> {
  await idsOf(page);
  await page.evaluate(() => window.inkling.flush());
}

/** Reports that something happened, as the site's own script would. */
export async function track(page: Page, event: string): Promise<void> {
  await page.evaluate((name) => window.inkling.track(name), event);
}
