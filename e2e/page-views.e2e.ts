import { expectArrived } from './arrived.ts';
import { test } from './fixtures.ts';
import { serveSite } from './site.ts';
import { flush, idsOf } from './visitor.ts';

for (const browser of ['with the Navigation API', 'without the Navigation API']) {
  test(`a router makes views by changing paths, ${browser}`, async ({
    page,
    context,
    collector,
  }) => {
    if (browser.startsWith('without')) {
      await page.addInitScript(() => {
        Object.defineProperty(window, 'navigation', { value: undefined });
      });
    }
    await serveSite(context, collector, {
      '/app': {},
      '/still': { attributes: 'data-spa="false"' },
    });
    await page.goto('/app?tab=1');
    await flush(page);
    const steps: (() => void)[] = [
      () => history.pushState(null, '', '/app/a'),
      () => history.replaceState(null, '', '/app/a?tab=2'),
      () => history.pushState(null, '', '/app/a#part'),
      // Routers that guard a path go there and on in one go.
      () => {
        history.pushState(null, '', '/app/guarded');
        history.replaceState(null, '', '/app/b');
      },
      () => history.back(),
    ];
    for (const step of steps) {
      await page.evaluate(step);
      await flush(page);
    }
    await page.waitForURL('**/app/a#part');
    await expectArrived(collector, page, {
      'page /app': 1,
      'page /app/a': 2,
      'page /app/b': 1,
      'page /app/guarded': 0,
    });

    await page.goto('/still');
    await idsOf(page);
    await page.evaluate(() => history.pushState(null, '', '/still/a'));
    await expectArrived(collector, page, { 'page /still': 1, 'page /still/a': 0 });
  });
}

test('what stands behind the hash is a path where the owner says so', async ({
  page,
  context,
  collector,
}) => {
  await serveSite(context, collector, {
    '/app': { script: 'inkling.full', attributes: 'data-spa="hash"' },
  });
  await page.goto('/app#/inbox?page=2');
  await flush(page);
  await page.evaluate(() => {
    location.hash = '#/inbox/7';
  });
  await flush(page);
  await expectArrived(collector, page, { 'page /app/inbox': 1, 'page /app/inbox/7': 1 });
});

test('a page is viewed once somebody sees it', async ({ page, context, collector }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Document.prototype, 'hidden', {
      get: () => !Reflect.get(window, 'seen'),
    });
  });
  await serveSite(context, collector, { '/app': {} });
  await page.goto('/app');
  await expectArrived(collector, page, { 'page /app': 0 });
  await page.evaluate(() => {
    Reflect.set(window, 'seen', true);
    document.dispatchEvent(new Event('visibilitychange'));
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expectArrived(collector, page, { 'page /app': 1 });
});
