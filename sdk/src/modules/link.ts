import { listen } from '../capture/listen.ts';
import { entriesOf } from './list.ts';

/** Of files that people download, unless the owner names others. */
const ENDINGS =
  'pdf,docx,xlsx,pptx,odt,ods,odp,csv,epub,txt,rtf,zip,gz,tar,7z,rar,dmg,exe,msi,pkg,deb,apk,mp3,mp4';
/** The middle button opens a link in a new tab. */
const CLICKS = ['click', 'auxclick'];
const RIGHT_BUTTON = 2;

/** Hears of clicks on links to places on the web, also in shadow trees, before the page goes there. */
export function onLink(hear: (link: HTMLAnchorElement, url: URL) => void): void {
  for (const type of CLICKS) {
    listen(window, type, (event: MouseEvent) => {
      if (event.button === RIGHT_BUTTON) return;
      const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement);
      if (link && /^https?:/.test(link.href)) hear(link, new URL(link.href));
    });
  }
}

/** @param endings - That the owner named, if so. */
export function isDownload(
  link: HTMLAnchorElement,
  url: URL,
  endings: string | false | undefined,
): boolean {
  const isListed = entriesOf(endings || ENDINGS).includes(endingOf(url));
  return `${endings}` !== 'false' && (isListed || link.hasAttribute('download'));
}

/** `pdf`; `''` for what has none. */
export function endingOf(url: URL): string {
  return /\.(\w{1,8})$/.exec(url.pathname)?.[1]?.toLowerCase() ?? '';
}
