import { addressOf } from '../address.ts';
import type { Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import type { ModuleEvents } from './events.ts';
import { isDownload, onLink } from './link.ts';

const TEXT_CHARS_MAX = 100;

/** Reports "Link Clicked" for links to other sites. What is downloaded is not one of them. */
export const links: Plugin = (inkling, options) => {
  if (!isOn(options.links)) return undefined;
  onLink((link, url) => {
    if (url.host === location.host || isDownload(link, url, options.downloads)) return;
    const text = link.textContent?.trim().slice(0, TEXT_CHARS_MAX);
    const said: ModuleEvents['Link Clicked'] = { url: addressOf(url.href).url.href, text };
    inkling.track('Link Clicked', said);
  });
  return undefined;
};
