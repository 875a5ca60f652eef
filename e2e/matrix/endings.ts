import type { Page } from '@playwright/test';
import type { Receiver, Refusal } from './receiver.ts';
import type { Site } from './site.ts';

declare global {
  interface Window {
    /** Reports that something happened, with the script of the page. */
    record: (marker: string) => unknown;
    /** The same as the page ends, where a script has a way of its own for that. */
    recordLast?: (marker: string) => unknown;
  }
}

/** What an ending plays with. */
export interface Stage {
  /** Shows the site, with its script at work. */
  readonly page: Page;
  readonly site: Site;
  readonly receiver: Receiver;
  /** Each to be recorded once. */
  readonly markers: readonly string[];
  /** Another page of the same visitor, with its script at work. */
  readonly open: () => Promise<Page>;
  /** Waits until a request of the script has failed or was refused; not for ever, since some ask nothing. */
  readonly troubled: () => Promise<void>;
}

/** How a visit ends, or what comes in its way. */
export interface Ending {
  readonly name: string;
  /** How many events; a few unless given. */
  readonly sent?: number;
  readonly play: (stage: Stage) => Promise<void>;
  /** Comes in the way until the visitor returns; taken away by this. */
  readonly relieve?: (stage: Stage) => Promise<void>;
}

/** The server wants to be left alone for so long. */
const RETRY_AFTER_S = 2;
/** So long it is of no use. */
const OUTAGE_S = 2;

const LEAVE_ALONE = {
  status: 429,
  headers: { 'Retry-After': String(RETRY_AFTER_S) },
} satisfies Refusal;

const LEAVING: readonly Ending[] = [
  { name: 'the page stays', play: record },
  {
    name: 'navigation to another page',
    play: async ({ page, markers }) => {
      const loaded = page.waitForURL('**/next');
      await page.evaluate((all) => {
        for (const marker of all) window.record(marker);
        location.assign('/next');
      }, markers);
      await loaded;
    },
  },
  {
    name: 'click on a link that leads away',
    play: async ({ page, markers }) => {
      await page.evaluate((all) => {
        document.querySelector('a')?.addEventListener('click', () => {
          for (const marker of all) window.record(marker);
        });
      }, markers);
      await page.click('a');
      await page.waitForURL('**/elsewhere');
    },
  },
  {
    name: 'made inside pagehide',
    play: async ({ page, markers }) => {
      const loaded = page.waitForURL('**/next');
      await page.evaluate((all) => {
        addEventListener('pagehide', () => {
          for (const marker of all) (window.recordLast ?? window.record)(marker);
        });
        location.assign('/next');
      }, markers);
      await loaded;
    },
  },
  {
    name: 'reload',
    play: async ({ page, markers }) => {
      const loaded = page.waitForEvent('load');
      await page.evaluate((all) => {
        for (const marker of all) window.record(marker);
        location.reload();
      }, markers);
      await loaded;
    },
  },
  {
    name: 'back',
    play: async ({ page, site, markers }) => {
      await page.goto(`${site.url}/next`);
      // Playwright loses sight of a page that was restored: what arrives says how this went.
      await page.evaluate((all) => {
        for (const marker of all) window.record(marker);
        history.back();
      }, markers);
    },
  },
  {
    name: 'tab closed',
    play: async (stage) => {
      await record(stage);
      await close(stage.page);
    },
  },
  {
    name: 'hidden, then killed',
    play: async (stage) => {
      await record(stage);
      await hide(stage.page);
      await crash(stage.page);
    },
  },
  {
    name: 'two tabs at once, both closed',
    sent: 20,
    play: async (stage) => {
      const { markers } = stage;
      const tabs = [stage.page, await stage.open()];
      await Promise.all(
        tabs.map(async (page, tab) => {
          await record({
            page,
            markers: markers.filter((_, index) => index % tabs.length === tab),
          });
          await close(page);
        }),
      );
    },
  },
  {
    name: 'tab crashes at once',
    play: async (stage) => {
      await record(stage);
      await crash(stage.page);
    },
  },
];

const TROUBLE: readonly Ending[] = [
  {
    name: 'offline, then online',
    play: async (stage) => {
      await stage.page.context().setOffline(true);
      await record(stage);
      await stage.troubled();
      await stage.page.context().setOffline(false);
    },
  },
  {
    name: 'offline, tab closed, online again',
    play: async (stage) => {
      await stage.page.context().setOffline(true);
      await record(stage);
      await stage.troubled();
      await close(stage.page);
    },
    relieve: ({ page }) => page.context().setOffline(false),
  },
  {
    name: 'server down, then back',
    play: async (stage) => {
      await stage.receiver.leave();
      await record(stage);
      await stage.troubled();
      await stage.receiver.comeBack();
    },
  },
  {
    name: 'server down, tab closed',
    play: async (stage) => {
      await stage.receiver.leave();
      await record(stage);
      await stage.troubled();
      await close(stage.page);
    },
    relieve: ({ receiver }) => receiver.comeBack(),
  },
  {
    name: 'server down, tab crashes',
    play: async (stage) => {
      await stage.receiver.leave();
      await record(stage);
      await stage.troubled();
      await crash(stage.page);
    },
    relieve: ({ receiver }) => receiver.comeBack(),
  },
  {
    name: `429, Retry-After: ${RETRY_AFTER_S}`,
    play: async (stage) => {
      stage.receiver.refuse({ ...LEAVE_ALONE, lastsMs: RETRY_AFTER_S * 1_000 });
      await record(stage);
    },
  },
  {
    name: '429, tab closed',
    play: async (stage) => {
      stage.receiver.refuse(LEAVE_ALONE);
      await record(stage);
      await stage.troubled();
      await close(stage.page);
    },
    relieve: async ({ receiver }) => receiver.refuse(undefined),
  },
  {
    name: `503 for ${OUTAGE_S} s`,
    play: async (stage) => {
      stage.receiver.refuse({ status: 503, lastsMs: OUTAGE_S * 1_000 });
      await record(stage);
    },
  },
  {
    name: '503, tab closed',
    play: async (stage) => {
      stage.receiver.refuse({ status: 503 });
      await record(stage);
      await stage.troubled();
      await close(stage.page);
    },
    relieve: async ({ receiver }) => receiver.refuse(undefined),
  },
  {
    name: '413 for more than two events',
    play: async (stage) => {
      stage.receiver.refuse({ status: 413, eventsMax: 2 });
      await record(stage);
    },
  },
  {
    name: 'blocked, then allowed',
    play: async (stage) => {
      const session = await stage.page.context().newCDPSession(stage.page);
      await session.send('Network.enable');
      await session.send('Network.setBlockedURLs', { urls: [`${stage.receiver.url}/*`] });
      await record(stage);
      await stage.troubled();
      await session.send('Network.setBlockedURLs', { urls: [] });
    },
  },
];

export const ENDINGS: readonly Ending[] = [...LEAVING, ...TROUBLE];

async function record({ page, markers }: Pick<Stage, 'page' | 'markers'>): Promise<void> {
  await page.evaluate((all) => {
    for (const marker of all) window.record(marker);
  }, markers);
}

/** As a visitor closes it: the page is told. */
async function close(page: Page): Promise<void> {
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
}

/** The process of the tab ends, without a word to the page. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // Nobody is left to answer.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Tells the page that it is out of sight: a browser that is driven shows all tabs at once. */
async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperties(Document.prototype, {
      hidden: { value: true },
      visibilityState: { value: 'hidden' },
    });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
}
