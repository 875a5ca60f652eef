import { COOKIE_AGE_S } from './limits.ts';

/** Keeps texts by key, or not: storage may be full, denied or absent. Never throws. */
export interface KeyValue {
  /** `undefined` for what is not there or cannot be had. */
  readonly get: (key: string) => string | undefined;
  /** @param value - `undefined` removes. */
  readonly set: (key: string, value: string | undefined) => void;
}

/** A {@link KeyValue} that can say what it keeps. */
export interface ListedValues extends KeyValue {
  /** All keys that begin so. */
  readonly keys: (prefix: string) => readonly string[];
}

/**
 * Runs something while nobody else holds a name, and holds it until that has resolved.
 *
 * @param isNow - At once or never. Otherwise it waits for the name.
 */
export type Lock = (name: string, isNow: boolean, run: () => Promise<void> | void) => void;

/** Merely to name storage throws in a sandboxed frame. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** `localStorage`: all pages of an origin share it. */
export const localValues: ListedValues = {
  get: (key) => attempt(() => localStorage.getItem(key)) ?? undefined,
  set: (key, value) =>
    attempt(() =>
      value === undefined ? localStorage.removeItem(key) : localStorage.setItem(key, value),
    ),
  keys: (prefix) =>
    attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [],
};

/**
 * First-party cookies. All pages of the domain share them: of `domain`, or of the widest domain that
 * this page may write to, which is the registrable one. It is found by trying, as no list of public
 * suffixes is at hand, and remembered for as long as the page lives.
 *
 * Values are written as they are, and must be fit for it: no blank, comma, semicolon.
 */
export function cookieValues(domain: string | undefined): KeyValue {
  let domains = domain === undefined ? undefined : [domain];
  const get = (key: string) =>
    attempt(() => `; ${document.cookie}`.split(`; ${key}=`)[1]?.split(';')[0]);
  return {
    get,
    set: (key, value) =>
      attempt(() => {
        const tail = `; path=/; max-age=${value ? COOKIE_AGE_S : 0}; samesite=lax${
          location.protocol === 'https:' ? '; secure' : ''
        }`;
        const found = (domains ?? widerDomains()).find((each) => {
          // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API cannot finish before a page ends.
          document.cookie = `${key}=${value ?? ''}${tail}${each && `; domain=${each}`}`;
          return get(key) === value;
        });
        if (found !== undefined) domains = [found];
      }),
  };
}

/** The domains of this page's host, the widest first and without the topmost; last, the host alone. */
function widerDomains(): string[] {
  const labels = location.hostname.split('.');
  return [
    ...labels
      .map((_, index) => labels.slice(index).join('.'))
      .reverse()
      .slice(1),
    '',
  ];
}

/** Web Locks. Where there are none every name is free: what two tabs send, the server counts once. */
export const webLock: Lock = (name, isNow, run) => {
  attempt(() => {
    const { locks } = navigator;
    if (!locks) return isNow && run();
    return locks
      .request(name, { ifAvailable: isNow }, (lock) => (lock ? run() : undefined))
      .catch(() => {});
  });
};
