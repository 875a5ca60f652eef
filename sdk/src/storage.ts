import { COOKIE_AGE_S } from './limits.ts';
import { quietly } from './quietly.ts';

/**
 * Keeps texts by key, or not: storage may be full, denied or absent. Never throws.
 *
 * @param value - Is written; an empty one removes. Left out, nothing changes.
 * @returns What was there until now; nothing if nothing was, or it cannot be had.
 */
export type KeyValue = (key: string, value?: string) => string | undefined;

/**
 * Runs something while nobody else holds a name, and holds it until that has resolved.
 *
 * @param isNow - At once or never. Otherwise it waits for the name.
 */
export type Lock = (name: string, isNow: boolean, run: () => Promise<void> | void) => void;

/** Writes only what differs, and reads once: a read that follows a write costs a slow processor 3 ms. */
function keyValue(
  read: (key: string) => string,
  write: (key: string, value: string) => void,
): KeyValue {
  return quietly((key, value) => {
    const before = read(key);
    if (value !== undefined && value !== before) write(key, value);
    return before || undefined;
  });
}

/** `localStorage`: all pages of an origin share it. */
export const localValue: KeyValue = keyValue(
  (key) => localStorage[key] ?? '',
  (key, value) => {
    if (value) localStorage[key] = value;
    else localStorage.removeItem(key);
  },
);

/** The keys of `localStorage` that begin so. */
export function localKeys(prefix: string): readonly string[] {
  const keys = quietly(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix)));
  return keys() ?? [];
}

/**
 * First-party cookies. All pages of the domain share them: of `domain`, or of the widest domain that
 * this page may write to, which is the registrable one. It is found by trying, as no list of public
 * suffixes is at hand, and remembered for as long as the page lives.
 *
 * Values are written as they are, and must be fit for it: no blank, comma, semicolon.
 */
export function cookieValue(domain: string | undefined): KeyValue {
  // A single label is no domain that takes cookies: to try costs a slow processor 3 ms.
  const wider = location.hostname
    .split('.')
    .map((_, index, labels) => labels.slice(~index).join('.'))
    .slice(1);
  // The host alone takes what no domain does.
  let domains = domain ? [domain] : [...wider, ''];
  const read = (key: string) => `; ${document.cookie}`.split(`; ${key}=`)[1]?.split(';')[0] ?? '';
  return keyValue(read, (key, value) => {
    const secure = location.protocol === 'https:' ? 'secure; ' : '';
    const attributes = `path=/; max-age=${value ? COOKIE_AGE_S : 0}; samesite=lax; ${secure}`;
    const taker = domains.find((each) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API cannot finish before a page ends.
      document.cookie = `${key}=${value}; ${attributes}domain=${each}`;
      // Of one domain there is nothing to find out.
      return !domains[1] || read(key) === value;
    });
    domains = [taker ?? ''];
  });
}

/** Web Locks. Where there are none every name is free: what two tabs send, the server counts once. */
export const webLock: Lock = quietly((name, isNow, run) => {
  const { locks } = navigator;
  if (!locks) return isNow && run();
  return locks.request(name, { ifAvailable: isNow }, (lock) => lock && run()).catch(() => {});
});
