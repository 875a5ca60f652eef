import { type Browser, chromium } from '@playwright/test';
import { browserArgs, findBrowser, thisMachine } from '../browser.ts';

/** A browser from which nothing leaves the machine, and which tells no page that it is driven. */
export async function launch(): Promise<Browser> {
  const machine = thisMachine();
  return chromium.launch({
    executablePath: findBrowser(machine),
    args: [
      ...browserArgs(machine),
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      // Some scripts report nothing of browsers that are driven.
      '--disable-blink-features=AutomationControlled',
    ],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/** Some scripts report nothing of browsers that call themselves headless. */
export function userAgentOf(browser: Browser): string {
  const [major] = browser.version().split('.');
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}
