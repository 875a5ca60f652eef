import { addressOf } from '../address.ts';
import type { Plugin } from '../api.ts';
import type { ModuleEvents } from './events.ts';
import { endingOf, isDownload, onLink } from './link.ts';

/** Reports "File Downloaded" for links to files, known by their endings or their `download`. */
export const downloads: Plugin = (inkling, options) => {
  onLink((link, url) => {
    if (!isDownload(link, url, options.downloads)) return;
    const said: ModuleEvents['File Downloaded'] = {
      url: addressOf(url.href).url.href,
      filename: url.pathname.split('/').pop(),
      extension: endingOf(url),
    };
    inkling.track('File Downloaded', said);
  });
  return undefined;
};
