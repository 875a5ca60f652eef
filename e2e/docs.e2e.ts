import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { PROBLEMS } from '../collector/src/http/problem.ts';
import { expect, test } from './fixtures.ts';

/** Collects all that a page of ours must never do: complain, break its policy, ask elsewhere. */
async function watch(page: Page, origin: string): Promise<readonly string[]> {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && asked !== origin) faults.push(`asks ${request.url()}`);
  });
  page.on('requestfailed', (request) => faults.push(`cannot load ${request.url()}`));
  await page.exposeFunction('reportViolation', (fault: string) => faults.push(fault));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (violation) => {
      const { effectiveDirective, blockedURI, sourceFile } = violation;
      const report = Reflect.get(window, 'reportViolation') as (fault: string) => void;
      report(`${effectiveDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  return faults;
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the reference shows what an operation answers, in ${colorScheme} colours`, async ({
    page,
    collector,
  }) => {
    await page.emulateMedia({ colorScheme });
    const faults = await watch(page, collector.url);
    await page.goto('/docs');
    const operation = page.locator('.opblock', { hasText: '/v1/profiles/{id}/explain/{segment}' });
    await expect(operation).toBeVisible();
    const summary = operation.locator('.opblock-summary-description');
    await expect(summary).toHaveText(/\S/);
    await operation.locator('.opblock-summary-control').click();
    const answers = operation.locator('.responses-table').first();
    for (const status of ['200', '401', '404']) {
      await expect(answers.locator('.response-col_status', { hasText: status })).toBeVisible();
    }
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(19, 20, 29)' : 'rgb(250, 248, 242)');
    expect(faults).toEqual([]);
  });
}

test('the anchor of every problem is on the page of errors', async ({ page, collector }) => {
  const faults = await watch(page, collector.url);
  const missing = await page.request.get('/assets/no-such-file.js');
  await page.goto((await missing.json()).type);
  const target = page.locator(':target');
  await expect(target).toBeInViewport();
  await expect(target).toContainText(PROBLEMS.not_found.title);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  expect(faults).toEqual([]);
});
