import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { preview } from 'vite';
import { commandOf } from '../collector/scripts/command.ts';
import type { EventAnswer } from '../collector/src/query/answers.ts';
import { eventsOf } from './arrived.ts';
import type { Collector } from './collector.ts';
import { expect, test } from './fixtures.ts';
import { runToEnd } from './scripts/child.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILD_MS_MAX = 40_000;
/** An app may wait for its machine before it sends. */
const ARRIVAL_MS_MAX = 20_000;

/** Strict mode renders twice in development alone. */
const BUILDS = [
  { example: 'react', environment: 'development' },
  { example: 'react', environment: 'production' },
  { example: 'vue', environment: 'development' },
  { example: 'vue', environment: 'production' },
] as const;

/** Builds an example for the collector, as its reader would, into a folder of the test. */
async function build(
  { example, environment }: (typeof BUILDS)[number],
  collector: Collector,
  folder: string,
): Promise<void> {
  const { ok, output } = await runToEnd(
    [commandOf(ROOT, 'vite'), 'build', '--outDir', folder, '--emptyOutDir'],
    {
      cwd: `${ROOT}examples/${example}`,
      env: {
        ...process.env,
        NODE_ENV: environment,
        VITE_INKLING_HOST: collector.url,
        VITE_INKLING_WRITE_KEY: collector.writeKey,
      },
      timeoutMs: BUILD_MS_MAX,
    },
  );
  expect(ok, output).toBe(true);
}

/** Waits until the collector has answered for all that the app reported. */
async function expectSent(page: Page): Promise<void> {
  const waiting = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('ink_q_')));
  await expect.poll(waiting, { timeout: ARRIVAL_MS_MAX }).toEqual([]);
}

/** What an event says, without what every one has. */
function said({ type, name, properties, userId }: EventAnswer): object {
  if (type === 'page') return { view: properties.path, title: properties.title };
  return type === 'identify' ? { user: userId } : { event: name };
}

for (const each of BUILDS) {
  test(`an app made with ${each.example}, built for ${each.environment}, reports each thing once`, async ({
    page,
    collector,
  }, testInfo) => {
    test.slow();
    const folder = testInfo.outputPath('site');
    await build(each, collector, folder);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    const site = await preview({
      root: `${ROOT}examples/${each.example}`,
      logLevel: 'silent',
      build: { outDir: folder },
      preview: { host: '127.0.0.1', port: 0 },
    });
    try {
      await page.goto(site.resolvedUrls?.local[0] ?? '');
      await page.getByRole('button', { name: 'Choose grove' }).click();
      await page.getByRole('link', { name: 'Sign up' }).click();
      await page.getByLabel('E-mail').fill('ada@example.com');
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('status')).toHaveText('Welcome, ada@example.com!');
      await page.getByRole('link', { name: 'Plans' }).click();
      await expect(page.getByRole('heading', { name: 'Plans' })).toBeVisible();
      await expectSent(page);
    } finally {
      await site.close();
    }
    const events = (await eventsOf(collector)).toReversed();
    console.log(JSON.stringify(events.map(said)));
    expect(events.map(said)).toEqual([]);
    expect(faults).toEqual([]);
  });
}
