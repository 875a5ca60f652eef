import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { flush, idsOf } from './visitor.ts';

/** A trace of every step of axe takes longer than its steps. */
test.use({ trace: 'off' });

const PAGES = [
  '/demo/',
  '/demo/pricing',
  '/demo/products/sprout',
  '/demo/products/canopy',
  '/demo/products/grove',
  '/demo/compare/sprout-vs-canopy',
  '/demo/guide',
  '/demo/thanks',
  '/demo/signup',
  '/demo/docs',
];

test('the demo is accessible', async ({ page }) => {
  // Ten pages, each looked at in full.
  test.slow();
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  for (const path of PAGES) {
    await page.goto(path);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect.soft(violations, path).toEqual([]);
  }
});

test('the demo can be read in the dark', async ({ page }) => {
  test.slow();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const path of PAGES) {
    await page.goto(path);
    const { violations } = await new AxeBuilder({ page }).withRules('color-contrast').analyze();
    expect.soft(violations, path).toEqual([]);
  }
});

test('the demo fits a telephone, asks nobody else for anything and finds all its files', async ({
  page,
  collector,
}) => {
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(collector.url)) complaints.push(`asked ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of PAGES) {
    await page.goto(path);
    await page.waitForLoadState('load');
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) complaints.push(`${path} is ${overflow} px too wide`);
  }
  expect(complaints).toEqual([]);
});

test('signing out makes the next visitor another person', async ({ page }) => {
  await page.goto('/demo/signup');
  await page.getByLabel('E-mail').fill('kim@example.com');
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('button', { name: 'Create account' }).click();
  await flush(page);
  const before = await idsOf(page);
  expect(before.userId).toMatch(/^user_/);
  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await reloaded;
  const after = await idsOf(page);
  expect(after.userId).toBeUndefined();
  expect(after.anonymousId).not.toBe(before.anonymousId);
});
