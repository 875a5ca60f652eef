import { launch } from './browser.ts';
import { type Cell, playCell } from './cell.ts';
import { ENDINGS } from './endings.ts';
import { loadScripts, type Script } from './scripts.ts';

/** All cells, and with what they were played. */
export interface Matrix {
  readonly scripts: readonly Script[];
  readonly cells: readonly Cell[];
  readonly browser: string;
}

/** How an event fares as a page ends is often a race, so each cell is played more than once. */
export const ROUNDS = 3;
/** So many cells are played side by side: most of their time is waiting. */
export const LANES = 8;

/** Plays every ending with every script, for {@link ROUNDS} visitors each. */
export async function playMatrix(): Promise<Matrix> {
  const scripts = await loadScripts();
  const browser = await launch();
  const cells: Cell[] = [];
  const waiting = Array.from({ length: ROUNDS }, () =>
    ENDINGS.flatMap((ending) => scripts.map((script) => ({ script, ending }))),
  ).flat();
  const play = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const cell = await playCell(browser, next.script, next.ending);
      const { script, ending, fault, after, sent } = cell;
      process.stderr.write(`${script}, ${ending}: ${fault ?? `${after} of ${sent}`}\n`);
      cells.push(cell);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, play));
    return { scripts, cells, browser: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}
