import type { Page } from '@playwright/test';
import type { EventAnswer } from '../collector/src/query/answers.ts';
import { eventsOf } from './arrived.ts';
import type { Collector } from './collector.ts';
import { expect } from './fixtures.ts';

/** The script works when the machine has time for it, and may send in two batches. */
const ARRIVAL_MS_MAX = 30_000;

/** All that a visit of the shop says, in its order. Each example is the same shop. */
const TOLD = [
  { view: '/', title: 'Plans' },
  { event: 'Plan Chosen', plan: 'grove', price: 39 },
  { view: '/sign-up', title: 'Sign up' },
  { event: 'Form Started', id: 'sign-up' },
  { identify: 'user-ada@example.com', email: 'ada@example.com' },
  { event: 'Form Submitted', id: 'sign-up' },
  { view: '/', title: 'Plans' },
  { view: '/sign-up', title: 'Sign up' },
  { view: '/sign-up', title: 'Sign up' },
  { view: '/', title: 'Plans' },
  { event: 'Plan Chosen', plan: 'sprout', price: 9 },
];
const IDENTIFY = 4;

/**
 * Visits the shop at `url`: chooses a plan, signs up, goes on, back, loads the page anew, and chooses
 * again. Fails if the page has anything to complain of.
 */
export async function visit(page: Page, url: string, collector: Collector): Promise<void> {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  /** A visitor looks at a page for longer than the script waits. */
  const look = async (heading: string, views: number) => {
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    const arrived = async () =>
      (await eventsOf(collector)).filter(({ type }) => type === 'page').length;
    await expect.poll(arrived, { timeout: ARRIVAL_MS_MAX }).toBeGreaterThanOrEqual(views);
  };

  await page.goto(url);
  await look('Plans', 1);
  await page.getByRole('button', { name: 'Choose grove' }).click();
  await page.getByRole('link', { name: 'Sign up' }).click();
  await look('Sign up', 2);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('status')).toHaveText('Welcome, ada@example.com!');
  await page.getByRole('link', { name: 'Plans' }).click();
  await look('Plans', 3);
  await page.goBack();
  await look('Sign up', 4);
  await page.reload();
  await look('Sign up', 5);
  await page.getByRole('link', { name: 'Plans' }).click();
  await look('Plans', 6);
  await page.getByRole('button', { name: 'Choose sprout' }).click();
  await expect
    .poll(async () => (await eventsOf(collector))[0]?.properties.plan, { timeout: ARRIVAL_MS_MAX })
    .toBe('sprout');
  expect(faults).toEqual([]);
}

/** Checks what the collector has of such a visit: all of it, in order, once, of one visitor. */
export async function expectVisitTold(collector: Collector): Promise<void> {
  const events = (await eventsOf(collector)).toReversed();
  expect(events.map(said)).toEqual(TOLD);
  expect(events.map(({ context }) => context.sequence)).toEqual(TOLD.map((_, index) => index + 1));
  expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(TOLD.length);
  expect(new Set(events.map(({ anonymousId }) => anonymousId)).size).toBe(1);
  expect(new Set(events.map(({ context }) => context.sessionId)).size).toBe(1);
  expect(events.map(({ userId }) => userId)).toEqual(
    TOLD.map((_, index) => (index < IDENTIFY ? undefined : 'user-ada@example.com')),
  );
}

/** What an event says, without what every one has. */
function said({ type, name, properties, userId, traits }: EventAnswer): object {
  if (type === 'page') return { view: properties.path, title: properties.title };
  if (type === 'identify') return { identify: userId, ...traits };
  const { id, plan, price } = properties;
  return { event: name, ...(id === undefined ? { plan, price } : { id }) };
}
