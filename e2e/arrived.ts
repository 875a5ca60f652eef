import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import type { Page as AnswerPage, EventAnswer } from '../collector/src/query/answers.ts';
import type { Collector } from './collector.ts';
import { flush, track } from './visitor.ts';

/** How often each thing must have arrived; 0 is what must not. Nothing is said of what is not named. */
export type Counts = Readonly<Record<string, number>>;

/** An outage may make the script wait with its next attempt. */
const ARRIVAL_MS_MAX = 30_000;

/**
 * Checks what has arrived: a page view is named by `page` and its path, everything else by its name
 * or type. Before it counts, one more event is sent and awaited, so that what was on its way, a
 * second copy too, is there.
 */
export async function expectArrived(
  collector: Collector,
  page: Page,
  expected: Counts,
): Promise<void> {
  const last = `Last ${randomUUID()}`;
  await flush(page);
  await track(page, last);
  await flush(page);
  const arrived = async () => countsOf(await eventsOf(collector));
  const named = async () => {
    const all = await arrived();
    return Object.fromEntries(Object.keys(expected).map((name) => [name, all.get(name) ?? 0]));
  };
  await expect.poll(async () => (await arrived()).get(last), { timeout: ARRIVAL_MS_MAX }).toBe(1);
  await expect.poll(named, { timeout: ARRIVAL_MS_MAX }).toEqual(expected);
}

/** All events that the collector has, newest first. */
export async function eventsOf(collector: Collector): Promise<readonly EventAnswer[]> {
  const events: EventAnswer[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: AnswerPage<EventAnswer> = await collector.api(`/v1/events?limit=100${query}`);
    events.push(...page.data);
    cursor = page.next;
  }
  return events;
}

function countsOf(events: readonly EventAnswer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    const label =
      event.type === 'page' ? `page ${event.properties.path}` : (event.name ?? event.type);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
