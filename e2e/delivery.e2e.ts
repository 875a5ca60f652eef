import { eventsOf, expectArrived } from './arrived.ts';
import { expect, test } from './fixtures.ts';
import { flush, idsOf, track } from './visitor.ts';

test('a form that navigates away is reported once, and so is the page after it', async ({
  page,
  collector,
}) => {
  await page.goto('/demo/guide');
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Work e-mail').fill('ada@example.com');
  await page.getByLabel('What are you most curious about?').selectOption('watering');
  await page.getByRole('button', { name: 'Send me the guide' }).click();
  await page.waitForURL('**/demo/thanks*');
  await expectArrived(collector, page, {
    'Form Started': 1,
    'Form Submitted': 1,
    'page /demo/guide': 1,
    'page /demo/thanks': 1,
  });
});

test('a form that the browser holds back is not reported as submitted', async ({
  page,
  collector,
}) => {
  await page.goto('/demo/guide');
  await page.getByLabel('Name').fill('Ada');
  await page.getByRole('button', { name: 'Send me the guide' }).click();
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 0 });
});

test('what happens while the collector is down arrives once it is up, also after a reload', async ({
  page,
  collector,
}) => {
  await page.goto('/demo/docs');
  await flush(page);
  await collector.stop();
  for (const event of ['A', 'B', 'C']) await track(page, event);
  await flush(page);
  await collector.start();
  await page.reload();
  await expectArrived(collector, page, { A: 1, B: 1, C: 1, 'page /demo/docs': 2 });
});

test('what a visitor did before leaving for another site arrives when they come back', async ({
  page,
  collector,
}) => {
  await page.goto('/demo/docs');
  await flush(page);
  await collector.stop();
  await track(page, 'Left in an outage');
  await page.goto('about:blank');
  await collector.start();
  await page.goto('/demo/pricing');
  await expectArrived(collector, page, { 'Left in an outage': 1, 'page /demo/pricing': 1 });
});

test('two tabs are one visitor, and lose nothing of each other', async ({
  page,
  context,
  collector,
}) => {
  await page.goto('/demo/');
  const ids = await idsOf(page);
  const other = await context.newPage();
  await other.goto('/demo/pricing');
  expect(await idsOf(other)).toEqual(ids);
  const names = Array.from({ length: 10 }, (_, index) => [
    `Here ${index}`,
    `There ${index}`,
  ]).flat();
  await Promise.all(names.map((name) => track(name.startsWith('Here') ? page : other, name)));
  await flush(other);
  await expectArrived(collector, page, Object.fromEntries(names.map((name) => [name, 1])));
  const events = await eventsOf(collector);
  expect(new Set(events.map(({ profile }) => profile)).size).toBe(1);
  expect(new Set(events.map(({ context }) => context.sessionId)).size).toBe(1);
});

test('a call made as the page goes away arrives', async ({ page, collector }) => {
  await page.goto('/demo/');
  await flush(page);
  await page.evaluate(() => {
    addEventListener('pagehide', () => window.inkling.track('Went away'));
  });
  await page.goto('/demo/pricing');
  await expectArrived(collector, page, { 'Went away': 1 });
});

test('calls made before the script is there arrive, in order', async ({ page, collector }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/inkling*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/demo/products/grove', { waitUntil: 'commit' });
  await page.waitForFunction(() => Array.isArray(window.inkling));
  await track(page, 'Early');
  await track(page, 'Early too');
  release();
  await expectArrived(collector, page, {
    Early: 1,
    'Early too': 1,
    'Product Viewed': 1,
    'page /demo/products/grove': 1,
  });
  const early = (await eventsOf(collector)).filter(({ name }) => name?.startsWith('Early'));
  expect(early.map(({ name }) => name)).toEqual(['Early too', 'Early']);
});

test('a page that comes back from the back/forward cache is a view of its own', async ({
  page,
  context,
  collector,
}) => {
  // Playwright loses sight of a page that was restored, so the page itself says that it was.
  await page.goto('/demo/');
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) window.inkling.track('Restored');
    });
  });
  await flush(page);
  await page.goto('/demo/pricing');
  await flush(page);
  await page.evaluate(() => {
    setTimeout(() => history.back());
  });
  const other = await context.newPage();
  await other.goto('/demo/docs');
  await expectArrived(collector, other, {
    Restored: 1,
    'page /demo/': 2,
    'page /demo/pricing': 1,
  });
});

test('a router that changes the path makes a view; one that rewrites it does not', async ({
  page,
  collector,
}) => {
  await page.goto('/demo/');
  await flush(page);
  await page.evaluate(() => history.pushState(null, '', '/demo/plants/basil'));
  await flush(page);
  await page.evaluate(() => {
    history.replaceState({ scroll: 7 }, '', '/demo/plants/basil');
    location.hash = 'care';
  });
  await flush(page);
  await page.evaluate(() => history.go(-2));
  await page.waitForURL('**/demo/');
  await expectArrived(collector, page, { 'page /demo/': 2, 'page /demo/plants/basil': 1 });
});
