import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import { launch, userAgentOf } from './browser.ts';
import { openReceiver } from './receiver.ts';
import { loadScripts, type Script } from './scripts.ts';
import { openSite } from './site.ts';

/** What the main thread did while a page began. */
export interface Weight {
  readonly script: string;
  /** In JavaScript, compiling not counted; milliseconds. */
  readonly scriptMs: number;
  /** In tasks of any kind; milliseconds. */
  readonly taskMs: number;
}

/** How much slower than this machine the visitor's is. */
export const SLOWDOWN = 4;
/** So long a page begins. */
export const WINDOW_MS = 2_500;
export const ROUNDS = 5;

/** What a page costs without any script. */
const NO_SCRIPT: Script = {
  name: 'no script',
  version: '',
  source: '',
  options: '',
  code: '',
};

/** All rounds, and with what they were measured. */
export interface Weighed {
  readonly weights: readonly Weight[];
  readonly scripts: readonly Script[];
  readonly browser: string;
}

/** Opens a page with each script in turn, and once more from the first, for visitors who were never there. */
export async function weighScripts(): Promise<Weighed> {
  const scripts = [NO_SCRIPT, ...(await loadScripts())];
  const browser = await launch();
  const weights: Weight[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const script of scripts) weights.push(await weigh(browser, script));
    }
    return { weights, scripts, browser: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}

async function weigh(browser: Browser, script: Script): Promise<Weight> {
  const receiver = await openReceiver();
  const site = await openSite(script, receiver.url);
  const context = await browser.newContext({ userAgent: userAgentOf(browser) });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const read = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      const secondsOf = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
      return {
        scriptMs: secondsOf('ScriptDuration') * 1_000,
        taskMs: secondsOf('TaskDuration') * 1_000,
      };
    };
    const before = await read();
    await page.goto(`${site.url}/`, { waitUntil: 'commit' });
    // Not for luck: this is the time that is measured.
    await wait(WINDOW_MS);
    const after = await read();
    return {
      script: script.name,
      scriptMs: after.scriptMs - before.scriptMs,
      taskMs: after.taskMs - before.taskMs,
    };
  } finally {
    await context.close();
    await site.close();
    await receiver.leave();
  }
}
