import type { BrowserContext, Page } from '@playwright/test';
import { eventsOf, expectArrived } from './arrived.ts';
import type { Collector } from './collector.ts';
import { expect, test } from './fixtures.ts';
import { type SitePage, serveSite } from './site.ts';
import { flush, idsOf, track } from './visitor.ts';

/** Opens a page that loads the script with all modules. */
async function open(page: Page, collector: Collector, site: SitePage): Promise<void> {
  const full = { script: 'inkling.full', ...site } as const;
  await serveSite(page.context(), collector, { '/site': full, '/next': full });
  await page.goto('/site');
  await page.waitForFunction(() => !Array.isArray(window.inkling));
}

/** What was told with each event of a name. */
async function said(collector: Collector, event: string) {
  const events = await eventsOf(collector);
  return events.filter(({ name }) => name === event).map(({ properties }) => properties);
}

/** Answers for a site that is not ours. */
async function serveOther(context: BrowserContext): Promise<void> {
  await context.route('http://other.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Other</title>' }),
  );
}

test('attention and depth are told as a page is left, and once', async ({ page, collector }) => {
  await page.clock.install();
  await open(page, collector, { body: '<div style="height: 4000px">Long</div>' });
  await page.mouse.wheel(0, 1_000);
  await page.waitForFunction(() => scrollY === 1_000);
  await page.clock.runFor(12_000);
  await page.goto('/next');
  await page.clock.runFor(1_000);
  await expectArrived(collector, page, { 'Page Engaged': 1, 'page /site': 1 });
  const [properties] = await said(collector, 'Page Engaged');
  expect(properties).toMatchObject({ path: '/site' });
  expect(properties?.seconds).toBeGreaterThanOrEqual(12);
  expect(properties?.depth).toBeGreaterThan(30);
  expect(properties?.depth).toBeLessThan(60);
});

test('links to other sites and files are told, though the page is left by them', async ({
  page,
  context,
  collector,
}) => {
  await serveOther(context);
  await open(page, collector, {
    body: `<a href="http://other.test/a?k=s3cret">Other</a> <a href="/next">Next</a>
      <a href="/guide.pdf" download>Guide</a>`,
  });
  await context.route('**/guide.pdf', (route) => route.fulfill({ body: '%PDF' }));
  await page.getByText('Guide').click();
  await page.getByText('Other').click();
  await page.waitForURL('http://other.test/**');
  await page.goto('/next');
  await expectArrived(collector, page, { 'Link Clicked': 1, 'File Downloaded': 1 });
  expect(await said(collector, 'Link Clicked')).toEqual([
    { url: 'http://other.test/a', text: 'Other' },
  ]);
  expect(await said(collector, 'File Downloaded')).toEqual([
    { url: `${collector.url}/guide.pdf`, filename: 'guide.pdf', extension: 'pdf' },
  ]);
});

test('what is searched for is told, though the address is not', async ({ page, collector }) => {
  await open(page, collector, {});
  await page.goto('/next?q=blue+plants');
  await expectArrived(collector, page, { 'Site Searched': 1, 'page /next': 1 });
  expect(await said(collector, 'Site Searched')).toEqual([{ query: 'blue plants' }]);
});

test('an element says itself what a click on it means', async ({ page, collector }) => {
  await open(page, collector, {
    body: '<button data-ink-event="Plan Chosen" data-ink-plan="pro">Pro</button>',
  });
  await page.getByText('Pro').click();
  await expectArrived(collector, page, { 'Plan Chosen': 1 });
  expect(await said(collector, 'Plan Chosen')).toEqual([{ plan: 'pro' }]);
});

test('a visitor is the same on another domain of the site', async ({ page, collector }) => {
  const { port } = new URL(collector.url);
  const other = `http://localhost:${port}`;
  await open(page, collector, {
    attributes: 'data-domains="localhost"',
    body: `<a href="${other}/next">Shop</a>`,
  });
  await page.context().route(`${other}/next*`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<script src="${other}/inkling.full.js" data-write-key="${collector.writeKey}"></script>`,
    }),
  );
  const here = await idsOf(page);
  await page.getByText('Shop').click();
  await page.waitForURL(`${other}/next?_ink=*`);
  const there = await idsOf(page);
  expect(there.anonymousId).toBe(here.anonymousId);
  await expectArrived(collector, page, { 'page /next': 1 });
  expect(JSON.stringify(await eventsOf(collector))).not.toContain('_ink=');
});

test('consent mode lets a visitor decide', async ({ page, collector }) => {
  await open(page, collector, {
    attributes: 'data-consent="opt-in" data-consent-mode="true"',
    head: `<script>
      dataLayer = [];
      function gtag() { dataLayer.push(arguments); }
      gtag('consent', 'default', { analytics_storage: 'denied' });
    </script>`,
  });
  await track(page, 'Early');
  expect(await page.evaluate(() => window.inkling.consent())).toBe('pending');
  await page.evaluate("gtag('consent', 'update', { analytics_storage: 'granted' })");
  await expectArrived(collector, page, { Early: 1, 'page /site': 1 });
  await page.evaluate("gtag('consent', 'update', { analytics_storage: 'denied' })");
  expect(await page.evaluate(() => window.inkling.consent())).toBe('denied');
});

test('a consent platform lets a visitor decide', async ({ page, collector }) => {
  await open(page, collector, {
    attributes: 'data-consent="opt-in" data-tcf="1,8"',
    head: `<script>
      __tcfapi = (command, version, hear) => { __answer = hear; };
    </script>`,
  });
  await track(page, 'Early');
  const answer = (isAgreed: boolean) =>
    page.evaluate(`__answer({ eventStatus: 'useractioncomplete', gdprApplies: true,
      purpose: { consents: { 1: true, 8: ${isAgreed} } } }, true)`);
  await answer(true);
  await expectArrived(collector, page, { Early: 1 });
  await answer(false);
  expect(await page.evaluate(() => window.inkling.consent())).toBe('denied');
});

test('the script in between brings along what readers do, and no more', async ({
  page,
  context,
  collector,
}) => {
  const site = {
    script: 'inkling.plus',
    body: '<a href="/guide.pdf" download data-ink-event="Never">Guide</a>',
  } as const;
  await serveSite(context, collector, { '/site': site });
  await context.route('**/guide.pdf', (route) => route.fulfill({ body: '%PDF' }));
  await page.goto('/site?q=soil');
  await flush(page);
  await page.getByText('Guide').click();
  await expectArrived(collector, page, { 'File Downloaded': 1, 'Site Searched': 1, Never: 0 });
});
