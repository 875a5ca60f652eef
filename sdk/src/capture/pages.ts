import { addressOf } from '../address.ts';
import type { Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import { onNavigation } from './navigation.ts';

/**
 * Reports views of pages. A view begins when a page is first visible, so that one that was only
 * prerendered, or opened in a tab that nobody looked at, is none; when it comes back from the cache;
 * and when its path changes. Routers rewrite addresses, often twice, hence the comparison of paths.
 */
export const pages: Plugin = (inkling, { pages, spa, address }) => {
  if (!isOn(pages)) return undefined;
  /** Of the view that is on. */
  let path = '';
  const look = (isEnd?: boolean) => {
    const now = addressOf(location.href, address).url.pathname;
    if (path ? isOn(spa) && now !== path : !document.hidden) {
      inkling.page();
      path = now;
    }
    if (isEnd) path = '';
  };
  look();
  // A router sets the title after the address.
  onNavigation(() => setTimeout(look));
  return look;
};
