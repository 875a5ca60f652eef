import type { Page } from '@playwright/test';
import { eventsOf, expectArrived } from './arrived.ts';
import { expect, test } from './fixtures.ts';
import { serveSite } from './site.ts';
import { flush, idsOf, track } from './visitor.ts';

/** All that the script keeps in a page's storage. */
const storedBy = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => [
    ...document.cookie.split('; ').filter((cookie) => cookie.startsWith('ink_')),
    ...Object.keys(localStorage).filter((key) => key.startsWith('ink_')),
  ]);

const ready = (page: Page) => page.waitForFunction(() => !Array.isArray(window.inkling));

test('before consent nothing is stored and nothing sent; what waited arrives after it', async ({
  page,
  context,
  collector,
}) => {
  await serveSite(context, collector, { '/site': { attributes: 'data-consent="opt-in"' } });
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url());
  });
  await page.goto('/site');
  await ready(page);
  await track(page, 'Early');
  await page.evaluate(() => window.inkling.flush());
  expect(await page.evaluate(() => window.inkling.consent())).toBe('pending');
  expect(await storedBy(page)).toEqual([]);
  expect(sent).toEqual([]);

  await page.evaluate(() => window.inkling.optIn());
  await expectArrived(collector, page, { Early: 1, 'page /site': 1 });
  await page.reload();
  await expectArrived(collector, page, { Early: 1, 'page /site': 2 });

  await page.evaluate(() => window.inkling.optOut());
  await track(page, 'Late');
  await page.evaluate(() => window.inkling.flush());
  expect(await storedBy(page)).toEqual([`ink_id=${encodeURIComponent('["denied"]')}`, 'ink_id']);
  await page.reload();
  await ready(page);
  expect(await page.evaluate(() => window.inkling.consent())).toBe('denied');
  await page.evaluate(() => window.inkling.flush());
  expect((await eventsOf(collector)).map(({ name }) => name)).not.toContain('Late');
});

for (const [signal, value] of [
  ['globalPrivacyControl', true],
  ['doNotTrack', '1'],
] as const) {
  test(`${signal} is a refusal, unless the owner or the visitor says otherwise`, async ({
    page,
    context,
    collector,
  }) => {
    await page.addInitScript(
      ([name, said]) => Object.defineProperty(Navigator.prototype, name, { get: () => said }),
      [signal, value] as const,
    );
    await serveSite(context, collector, {
      '/site': {},
      '/deaf': { attributes: 'data-privacy-signals="false"' },
    });
    await page.goto('/site');
    await ready(page);
    await track(page, 'Unheard');
    await page.evaluate(() => window.inkling.flush());
    expect(await storedBy(page)).toEqual([]);
    expect(await eventsOf(collector)).toEqual([]);

    await page.evaluate(() => window.inkling.optIn());
    await track(page, 'Heard');
    await expectArrived(collector, page, { Unheard: 0, Heard: 1 });

    await page.evaluate(() => localStorage.clear());
    await context.clearCookies();
    await page.goto('/deaf');
    await idsOf(page);
    await flush(page);
    await expectArrived(collector, page, { 'page /deaf': 1 });
  });
}
