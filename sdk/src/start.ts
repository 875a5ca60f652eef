import type { Consent, Options } from './api.ts';
import { isOn } from './attribute.ts';
import { forms } from './capture/forms.ts';
import { watchPageEnd } from './capture/page-end.ts';
import { pages } from './capture/pages.ts';
import { createDelivery } from './delivery.ts';
import { DRAIN_MS_MIN, IDLE_WAIT_MS_MAX } from './limits.ts';
import { createMemory } from './memory.ts';
import { cookieValues, localValues, webLock } from './storage.ts';
import { tabQueue } from './tab-queue.ts';
import { createTracker, type Tracker } from './tracker.ts';
import { fetchTransport } from './transport.ts';

declare global {
  interface Document {
    readonly prerendering?: boolean;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}

/** Puts the parts together and begins to watch the page. */
export function start(options: Options): Tracker {
  const { writeKey, host, path = '/v1/batch' } = options;
  const nowMs = Date.now;
  const warn = (what: string, detail?: unknown) => {
    if (options.debug) console.warn('inkling', what, detail);
  };
  const stored = tabQueue(localValues, webLock, `ink_q_${writeKey}_`, newId());
  const tracker = createTracker(options, {
    nowMs,
    newId,
    look: () => [location.href, document.title],
    surroundings: () => ({
      referrer: document.referrer,
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
    isSeen: () => !document.prerendering,
    soon: whenIdle(),
    memory: createMemory(cookieValues(options.cookieDomain), localValues, consentOf(options)),
    delivery: createDelivery(writeKey, {
      nowMs,
      random: Math.random,
      later: (run, delayMs) => setTimeout(run, delayMs),
      stored,
      send: fetchTransport(host + path),
      warn,
    }),
    warn,
  });
  const settles = [
    isOn(options.pages) ? pages(options) : undefined,
    isOn(options.forms) ? forms : undefined,
    ...(options.plugins ?? []),
  ].map((plugin) => plugin?.(tracker.inkling));
  watchPageEnd((isEnd) => {
    for (const settle of settles) settle?.();
    tracker.leave(isEnd);
  }, tracker.resume);
  return tracker;
}

/** 128 bits in base 36. `crypto.randomUUID` is missing from pages without TLS. */
function newId(): string {
  const words = [...crypto.getRandomValues(new Uint32Array(4))];
  return words.map((word) => word.toString(36).padStart(7, '0')).join('');
}

/** What holds for a visitor who has not decided. */
function consentOf({ privacySignals, consent }: Options): Consent {
  const isRefused = navigator.doNotTrack === '1' || navigator.globalPrivacyControl;
  if (isRefused && isOn(privacySignals)) return 'denied';
  return consent === 'opt-in' ? 'pending' : 'granted';
}

/** Runs something once the page is idle, at most once a second. */
function whenIdle(): (run: () => void) => void {
  let isWaiting = false;
  let lastMs = 0;
  return (run) => {
    if (isWaiting) return;
    isWaiting = true;
    const go = () => {
      isWaiting = false;
      lastMs = Date.now();
      run();
    };
    const ask = () => window.requestIdleCallback?.(go, { timeout: IDLE_WAIT_MS_MAX }) ?? go();
    setTimeout(ask, lastMs + DRAIN_MS_MIN - Date.now());
  };
}
