import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { Definition } from '../collector/src/segments/definition.ts';
import type { Collector } from './collector.ts';
import { expect, test } from './fixtures.ts';
import { flush } from './visitor.ts';

/** More stops than any page of the dashboard has before its content ends. */
const TAB_STOPS_MAX = 80;

const PRODUCT_FANS: Definition = {
  id: 'product-fans',
  name: 'Product fans',
  kind: 'implicit',
  if: { did: 'Product Viewed', distinct: 'product_id', times: 2, within: '7d' },
};

/** One person who is in a segment: somebody who looked at two products and signed up. */
async function seed(page: Page, collector: Collector): Promise<void> {
  await collector.api('/v1/segments', { method: 'POST', body: PRODUCT_FANS });
  await page.goto('/demo/products/sprout');
  await flush(page);
  await page.goto('/demo/products/grove');
  await page.evaluate(() => window.inkling.identify('user_noa', { email: 'noa@example.com' }));
  await flush(page);
}

/** Presses Tab until `target` has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < TAB_STOPS_MAX; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target}.`);
}

async function signIn(page: Page, collector: Collector): Promise<void> {
  await page.goto('/');
  await tabTo(page, page.getByLabel('Secret key', { exact: true }));
  await page.keyboard.type(collector.secretKey);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible();
}

async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect.soft(violations, where).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`from sign-in to the reason why, by keyboard alone, in ${colorScheme} colours`, async ({
    page,
    collector,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await seed(page, collector);
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
    await expectAccessible(page, 'sign-in');
    await signIn(page, collector);

    const row = page.getByRole('listitem').filter({ hasText: PRODUCT_FANS.name });
    await expect(row).toContainText('1');
    await expectAccessible(page, 'segments');

    await tabTo(page, row.getByRole('link', { name: PRODUCT_FANS.name }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: PRODUCT_FANS.name, level: 1 })).toBeVisible();
    const member = page.getByRole('table').getByRole('link', { name: 'noa@example.com' });
    await expect(member).toBeVisible();
    await expectAccessible(page, 'segment');

    await tabTo(page, member);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'noa@example.com', level: 1 })).toBeVisible();
    const why = page.getByRole('button', { name: `Why in ${PRODUCT_FANS.name}?` });
    await expect(why).toHaveAttribute('aria-expanded', 'true');
    const reason = page.locator('#reason');
    await expect(reason).toContainText(`noa@example.com is in ${PRODUCT_FANS.name}.`);
    await expect(reason.getByRole('link', { name: 'Product Viewed' })).toHaveCount(2);
    const scores = page.getByRole('region', { name: 'Scores' });
    await expect(scores.getByRole('meter', { name: 'Lead score' })).toBeVisible();
    await tabTo(page, scores.locator('summary').filter({ hasText: 'Visits' }));
    await page.keyboard.press('Enter');
    await expect(scores).toContainText('Viewed /demo/');
    await expectAccessible(page, 'profile');

    await tabTo(page, why);
    await page.keyboard.press('Enter');
    await expect(reason).toBeHidden();
  });
}

test('a wrong key opens nothing, and the write key least of all', async ({ page, collector }) => {
  await page.goto('/');
  const key = page.getByLabel('Secret key', { exact: true });
  for (const wrong of ['sk_wrong', collector.writeKey]) {
    await key.fill(wrong);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('not the secret key');
  }
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('of any number of pages that were open, each lets go of its connection', async ({
  page,
  collector,
}) => {
  await signIn(page, collector);
  // A browser has six for all of them, and keeps pages that one can go back to.
  for (const path of ['/', '/profiles', '/live', '/install', '/profiles/a', '/profiles/b', '/?c']) {
    await page.goto(path, { timeout: 10_000 });
    await expect(page.locator('.stream-dot.open')).toBeVisible();
  }
});

test('a size changes on the open page as a visitor enters', async ({
  page,
  context,
  collector,
}) => {
  await collector.api('/v1/segments', { method: 'POST', body: PRODUCT_FANS });
  await signIn(page, collector);
  const row = page.getByRole('listitem').filter({ hasText: PRODUCT_FANS.name });
  await expect(row).toContainText('0');
  const visitor = await context.newPage();
  for (const product of ['sprout', 'canopy']) {
    await visitor.goto(`/demo/products/${product}`);
    await flush(visitor);
  }
  await expect(row).toContainText('1');
});
