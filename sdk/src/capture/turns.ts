import type { Tracker } from '../tracker.ts';
import { listen } from './listen.ts';

/**
 * Watches the turns of a page's life: seen or hidden, frozen, gone, back from the cache. A hidden or
 * frozen page may be killed without a word, so at each turn everything is reported, kept and sent.
 * `unload` is left alone, as a listener to it keeps the page out of the back/forward cache.
 *
 * @param settles - What plugins have to report at a turn.
 */
export function watchTurns(
  settles: readonly (((isEnd: boolean) => void) | undefined)[],
  { leave, resume }: Pick<Tracker, 'leave' | 'resume'>,
): void {
  for (const type of ['pageshow', 'visibilitychange', 'freeze', 'pagehide']) {
    listen(window, type, () => {
      const isEnd = type === 'pagehide';
      if (type === 'pageshow') resume();
      for (const settle of settles) settle?.(isEnd);
      leave(isEnd);
    });
  }
}
