import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { AnalyticsBrowser } from '@segment/analytics-next';
import { build } from 'vite';
import { readable } from '../collector/src/http/cors.ts';
import { problemResponse } from '../collector/src/http/problem.ts';
import type { Page as AnswerPage, ProfileAnswer } from '../collector/src/query/answers.ts';
import { eventsOf } from './arrived.ts';
import type { Collector } from './collector.ts';
import { type Door, type Knock, openDoor } from './door.ts';
import { test as base, expect } from './fixtures.ts';

declare global {
  interface Window {
    /** The library, as the page's bundle has it. */
    readonly segment: { readonly AnalyticsBrowser: typeof AnalyticsBrowser };
    /** What the page did with it. */
    readonly analytics: AnalyticsBrowser;
  }
}

/** Where the page stands: a site of another origin than the collector, which the door leads to. */
interface Site {
  readonly door: Door;
  /** All that the page asked for, elsewhere than at its own address, and what it was not let ask. */
  readonly asked: readonly string[];
}

// Nothing is routed here: a browser whose requests are looked into sends no preflights.
const test = base.extend<{ site: Site }, { library: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needs of a fixture from here.
  library: [async ({}, use) => use(await bundle()), { scope: 'worker' }],
  site: async ({ page, collector, library }, use) => {
    const door = await openDoor(collector.url);
    const server = createServer((request, response) => {
      const isLibrary = request.url === '/library.js';
      const type = isLibrary ? 'text/javascript' : 'text/html';
      response.writeHead(200, {
        'Content-Type': `${type}; charset=utf-8`,
        // Whatever the library wants of others, it does not get there.
        'Content-Security-Policy': `default-src 'self' data:; connect-src ${door.url}`,
      });
      response.end(isLibrary ? library : HTML);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const own = `http://127.0.0.1:${port}/`;
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(own)) asked.push(request.url());
    });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) asked.push(message.text());
    });
    await page.goto(own);
    await use({ door, asked });
    server.closeAllConnections();
    server.close();
    await door.close();
  },
});

const HTML = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">
  <script src="/library.js"></script></head><body></body></html>`;

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(import.meta.resolve('@segment/analytics-next')),
        formats: ['iife'],
        name: 'segment',
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !('output' in output)) throw new Error('Vite built nothing.');
  return output.output[0].code;
}

/** Starts the library as its users do who send to a host of their own. */
async function load(page: Page, { door }: Site, { writeKey }: Collector): Promise<void> {
  await page.evaluate(
    async ([cdnURL, key]) => {
      const analytics = window.segment.AnalyticsBrowser.load({ cdnURL, writeKey: key });
      Object.assign(window, { analytics });
      await analytics.ready();
    },
    [door.url, writeKey] as const,
  );
}

function posts({ door }: Site): readonly Knock[] {
  return door.knocks.filter(({ method }) => method === 'POST');
}

test('each call of analytics.js arrives once, and all lead to one person', async ({
  page,
  collector,
  site,
}) => {
  await load(page, site, collector);
  const anonymousId = await page.evaluate(async () => {
    const { analytics } = window;
    await analytics.page('Pricing', { plan: 'pro' });
    await analytics.identify('ada', { email: 'ada@example.com', seats: 3 });
    await analytics.track('Order Completed', { total: 30.5 });
    await analytics.screen('Cart', { items: 2 });
    await analytics.group('acme', { plan: 'pro' });
    await analytics.alias('ada', 'phone');
    return (await analytics.user()).anonymousId() ?? '';
  });
  await expect.poll(async () => (await eventsOf(collector)).length).toBe(6);
  expect(posts(site)).toHaveLength(6);
  const ada = { anonymousId, userId: 'ada' };
  const traits = { email: 'ada@example.com', seats: 3 };
  expect([...(await eventsOf(collector))].reverse()).toMatchObject([
    { type: 'page', name: 'Pricing', anonymousId, properties: { plan: 'pro', title: 'Shop' } },
    { type: 'identify', ...ada, traits },
    { type: 'track', name: 'Order Completed', ...ada, properties: { total: 30.5 } },
    { type: 'screen', name: 'Cart', ...ada, properties: { items: 2 } },
    { type: 'group', ...ada, traits: { plan: 'pro' } },
    { type: 'alias', userId: 'ada' },
  ]);
  const people = await collector.api<AnswerPage<ProfileAnswer>>('/v1/profiles');
  expect(people.data).toMatchObject([
    { userId: 'ada', anonymousIds: [anonymousId, 'phone'], traits },
  ]);
});

for (const code of ['busy', 'rate_limited'] as const) {
  test(`an event that is refused as ${code} at first arrives once`, async ({
    page,
    collector,
    site,
  }) => {
    const refused = readable(
      problemResponse('/v1/t', { code, detail: 'Come again.', retryAfterS: 1 }),
    );
    const { status, headers } = refused;
    site.door.refuseOnce('/v1/t', { status, headers: Object.fromEntries(headers) });
    await load(page, site, collector);
    await page.evaluate(() => void window.analytics.track('Signed Up'));
    await expect.poll(() => posts(site).length, { timeout: 20_000 }).toBe(2);
    const names = async () => (await eventsOf(collector)).map(({ name }) => name);
    await expect.poll(names).toEqual(['Signed Up']);

    const [first, second] = posts(site);
    const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
    // It reads Retry-After of a 429 alone, and other origins may only where it is exposed.
    if (status === 429) expect(waitedMs).toBeGreaterThan(990);
    expect(second?.headers['x-retry-count']).toBe('1');
    const asked = site.door.knocks
      .filter(({ method, path }) => method === 'OPTIONS' && path === '/v1/t')
      .map(({ headers }) => headers['access-control-request-headers']);
    expect(asked).toEqual(['authorization', 'authorization,x-retry-count']);
  });
}

test('nobody but the collector is told of anything', async ({ page, collector, site }) => {
  await page.clock.install();
  await load(page, site, collector);
  await page.evaluate(() => window.analytics.track('Signed Up'));
  // Its figures of itself would go to its vendor every half minute.
  await page.clock.runFor(61_000);
  await page.evaluate(() => window.analytics.track('Still There'));
  await expect.poll(async () => (await eventsOf(collector)).length).toBe(2);
  const { writeKey } = collector;
  expect(site.asked.map((url) => url.replace(site.door.url, ''))).toEqual([
    `/v1/projects/${writeKey}/settings`,
    '/v1/t',
    '/v1/t',
  ]);
});
