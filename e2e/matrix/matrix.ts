import { chromium } from '@playwright/test';
import { browserArgs, findBrowser, thisMachine } from '../browser.ts';
import { type Cell, playCell } from './cell.ts';
import { ENDINGS } from './endings.ts';
import { loadScripts, type Script } from './scripts.ts';

/** All cells, and with what they were played. */
export interface Matrix {
  readonly scripts: readonly Script[];
  readonly cells: readonly Cell[];
  readonly browser: string;
}

/** Plays every ending with every script: the scripts side by side, the endings one after the other. */
export async function playMatrix(): Promise<Matrix> {
  const scripts = await loadScripts();
  const machine = thisMachine();
  const browser = await chromium.launch({
    executablePath: findBrowser(machine),
    args: [
      ...browserArgs(machine),
      // Nothing leaves the machine, whatever a script asks for.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      // Some scripts report nothing of browsers that are driven.
      '--disable-blink-features=AutomationControlled',
    ],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    const play = async (script: Script) => {
      const cells: Cell[] = [];
      for (const ending of ENDINGS) {
        const cell = await playCell(browser, script, ending);
        process.stderr.write(
          `${script.name}, ${ending.name}: ${cell.fault ?? `${cell.after} of ${cell.sent}`}\n`,
        );
        cells.push(cell);
      }
      return cells;
    };
    const cells = (await Promise.all(scripts.map(play))).flat();
    return { scripts, cells, browser: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}
