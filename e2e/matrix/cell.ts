import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { userAgentOf } from './browser.ts';
import type { Ending, Stage } from './endings.ts';
import { type Id, openReceiver, type Receiver } from './receiver.ts';
import type { Script } from './scripts.ts';
import { openSite } from './site.ts';

/** What became of the events of one ending with one script. */
export interface Cell {
  readonly script: string;
  readonly ending: string;
  readonly sent: number;
  /** Different ones that had arrived before the visitor returned. */
  readonly before: number;
  /** Different ones that had arrived after it. */
  readonly after: number;
  /** Copies beyond the first that no server can know for such. */
  readonly doubled: number;
  /** Copies beyond the first that have its id, by which a server leaves them out. */
  readonly repeated: number;
  /** Addresses off the machine that were asked for. */
  readonly elsewhere: readonly string[];
  /** Why the cell says nothing. */
  readonly fault?: string;
}

const SENT = 6;
/** A script has this long to begin its work. */
const START_MS_MAX = 30_000;
/** How long trouble is waited for before it ends: some scripts ask nothing while they are offline. */
export const TROUBLE_MS_MAX = 5_000;
/** How long all events have, without a return of the visitor. */
export const BEFORE_MS_MAX = 12_000;
/** How long they have after it. */
export const AFTER_MS_MAX = 20_000;
const POLL_MS = 50;

/** Plays one ending with one script, for a visitor who has never been there. */
export async function playCell(browser: Browser, script: Script, ending: Ending): Promise<Cell> {
  const run = randomUUID();
  const { sent = SENT } = ending;
  const markers = Array.from({ length: sent }, (_, index) => `mark-${run}-${index}`);
  const receiver = await openReceiver();
  const site = await openSite(script, receiver.url);
  const context = await browser.newContext({ userAgent: userAgentOf(browser) });
  const elsewhere = watch(context);
  const distinct = () => markers.filter((marker) => receiver.arrived.has(marker)).length;
  const counted = (before: number) => ({
    script: script.name,
    ending: ending.name,
    sent,
    before,
    after: distinct(),
    ...copiesOf(markers.map((marker) => receiver.arrived.get(marker) ?? [])),
    elsewhere,
  });
  try {
    const open = () => visit(context, site.url, receiver);
    const page = await open();
    let failures = 0;
    context.on('requestfailed', (request) => {
      if (request.url().startsWith(receiver.url)) failures += 1;
    });
    const stage: Stage = {
      page,
      site,
      receiver,
      markers,
      open,
      troubled: async () => {
        await until(() => failures + receiver.refused() > 0, TROUBLE_MS_MAX);
      },
    };
    await ending.play(stage);
    if (ending.relieve === undefined) await until(() => distinct() === sent, BEFORE_MS_MAX);
    const before = distinct();
    if (ending.relieve !== undefined) {
      // What the page sent as it ended meets the trouble, and not its end.
      await (await context.newPage()).goto('data:text/html,Elsewhere');
      await ending.relieve(stage);
    }
    await comeBack(context, site.url, receiver, () => distinct() === sent);
    return counted(before);
  } catch (error) {
    return {
      ...counted(distinct()),
      fault: error instanceof Error ? error.message : String(error),
    };
  } finally {
    await context.close();
    await site.close();
    await receiver.leave();
  }
}

/** @param arrivals - The ids of all copies of each event. */
function copiesOf(arrivals: readonly (readonly Id[])[]): Pick<Cell, 'doubled' | 'repeated'> {
  const copies = arrivals.reduce((sum, ids) => sum + Math.max(0, ids.length - 1), 0);
  const known = arrivals.map((ids) => ids.filter((id) => id !== undefined));
  const repeated = known.reduce((sum, ids) => sum + ids.length - new Set(ids).size, 0);
  return { doubled: copies - repeated, repeated };
}

/** Opens a page, and waits until the script has delivered something. */
async function visit(context: BrowserContext, url: string, receiver: Receiver): Promise<Page> {
  const marker = `mark-${randomUUID()}`;
  const page = await context.newPage();
  await page.goto(`${url}/`);
  await page.evaluate((each) => window.record(each), marker);
  if (await until(() => receiver.arrived.has(marker), START_MS_MAX)) return page;
  throw new Error('The script delivers nothing at all.');
}

/**
 * The visitor returns, does one more thing, and stays until that and all before it has arrived. Some
 * keep what is new behind what is old, so both have the same time.
 */
async function comeBack(
  context: BrowserContext,
  url: string,
  receiver: Receiver,
  isDone: () => boolean,
): Promise<void> {
  const marker = `mark-${randomUUID()}`;
  const page = await context.newPage();
  await page.goto(`${url}/`);
  await page.evaluate((each) => window.record(each), marker);
  await until(() => receiver.arrived.has(marker) && isDone(), AFTER_MS_MAX);
}

/** All that is asked for off the machine; names of hosts lead nowhere in this browser. */
function watch(context: BrowserContext): readonly string[] {
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isOurs = url.hostname === '127.0.0.1' || !url.protocol.startsWith('http');
    if (!isOurs) elsewhere.push(url.origin + url.pathname);
  });
  return elsewhere;
}

/** @returns Whether it came true in time. */
async function until(isTrue: () => boolean, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) return false;
    await wait(POLL_MS);
  }
  return true;
}
