import { listen } from './listen.ts';

/**
 * Tells when the page may end: a hidden or frozen one may be killed without a word. `unload` is left
 * alone, as a listener to it keeps the page out of the back/forward cache.
 *
 * @param leave - With whether it does end.
 * @param resume - It did not: it was restored.
 */
export function watchPageEnd(leave: (isGone: boolean) => void, resume: () => void): void {
  listen(window, 'pagehide', () => leave(true));
  listen(document, 'freeze', () => leave(false));
  listen(document, 'visibilitychange', () => {
    if (document.hidden) leave(false);
  });
  listen(window, 'pageshow', (event: PageTransitionEvent) => {
    if (event.persisted) resume();
  });
}
