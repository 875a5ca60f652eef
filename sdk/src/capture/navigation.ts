import { listen } from './listen.ts';

/**
 * Hears of every change of address: from the Navigation API; before there was one, by listening in on
 * history.
 */
export function onNavigation(hear: () => void): void {
  const { navigation } = window;
  if (navigation) {
    listen(navigation, 'currententrychange', hear);
    return;
  }
  listen(window, 'popstate', hear);
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method].bind(history);
    history[method] = (...args) => {
      original(...args);
      hear();
    };
  }
}
