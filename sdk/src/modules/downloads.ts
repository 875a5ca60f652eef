import { addressOf } from '../address.ts';
import type { Plugin } from '../api.ts';
import { endingOf, isDownload, onLink } from './link.ts';

/** Reports "File Downloaded" for links to files, known by their endings or their `download`. */
export const downloads: Plugin = (inkling, options) => {
  onLink((link, url) => {
    if (!isDownload(link, url, options.downloads)) return;
    inkling.track('File Downloaded', {
      url: addressOf(url.href).url.href,
      filename: url.pathname.split('/').pop(),
      extension: endingOf(url),
    });
  });
  return undefined;
};
