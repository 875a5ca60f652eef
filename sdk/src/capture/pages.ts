import type { Options, Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import { addressOf } from '../event.ts';
import { listen } from './listen.ts';

/**
 * Reports views of pages. A view begins when a page is first visible, so that one that was only
 * prerendered, or opened in a tab that nobody looked at, is none; when it comes back from the cache;
 * and when its path changes. Routers rewrite addresses, often twice, hence the comparison of paths.
 */
export function pages({ spa }: Pick<Options, 'spa'>): Plugin {
  return (inkling) => {
    let path: string | undefined;
    const look = () => {
      if (path === undefined ? document.hidden : !isOn(spa)) return;
      const now = addressOf(location.href, spa === 'hash').url.pathname;
      if (now !== path) inkling.page();
      path = now;
    };
    // A router sets the title after the address.
    const lookSoon = () => {
      setTimeout(look);
    };
    look();
    listen(document, 'visibilitychange', look);
    listen(window, 'pageshow', (event: PageTransitionEvent) => {
      if (event.persisted) inkling.page();
    });
    if (isOn(spa)) onNavigation(lookSoon);
    return look;
  };
}

/** The Navigation API tells of every change of address; before it, history must be listened in on. */
function onNavigation(hear: () => void): void {
  const { navigation } = window;
  if (navigation) {
    listen(navigation, 'currententrychange', hear);
    return;
  }
  listen(window, 'popstate', hear);
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method];
    history[method] = function (...args) {
      original.apply(this, args);
      hear();
    };
  }
}
