import type { Consent, Options } from './api.ts';
import { isOn } from './attribute.ts';
import { forms } from './capture/forms.ts';
import { pages } from './capture/pages.ts';
import { watchTurns } from './capture/turns.ts';
import { IDLE_WAIT_MS_MAX } from './limits.ts';
import { cookieValue, localKeys, localValue, webLock } from './storage.ts';
import { createTracker, type Ports, type Tracker } from './tracker.ts';
import { fetchTransport } from './transport.ts';

declare global {
  interface Document {
    readonly prerendering?: boolean;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
  interface Window {
    readonly Temporal?: { readonly Now: { readonly timeZoneId: () => string } };
  }
}

/** Puts the parts together and begins to watch the page. */
export function start(options: Options): Tracker {
  const { host, path = '/v1/batch' } = options;
  let adopted: string | undefined;
  const adopt = (anonymousId: string) => {
    adopted = anonymousId;
  };
  const ports: Ports = {
    nowMs: Date.now,
    random: Math.random,
    later: (run, delayMs) =>
      setTimeout(
        () => window.requestIdleCallback?.(run, { timeout: IDLE_WAIT_MS_MAX }) ?? run(),
        delayMs,
      ),
    newId,
    strangerId: () => adopted ?? newId(),
    look: () => [location.href, document.title],
    referrer: document.referrer,
    context: {
      locale: navigator.language,
      // To ask `Intl` first takes Chromium 25 ms of a fast processor, and of a slow one a tenth of a second.
      timezone:
        window.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    isSeen: () => !document.prerendering,
    cookie: cookieValue(options.cookieDomain),
    value: localValue,
    keys: localKeys,
    lock: webLock,
    byDefault: consentOf(options),
    send: fetchTransport(host + path),
    warn: (what, detail) => {
      if (options.debug) console.warn('inkling', what, detail);
    },
  };
  const tracker = createTracker(options, ports);
  const plugins = [pages, forms, ...(options.plugins ?? [])];
  watchTurns(
    plugins.map((plugin) => plugin(tracker.inkling, options, adopt)),
    tracker,
  );
  return tracker;
}

/** 128 bits. `crypto.randomUUID` is missing from pages without TLS. */
function newId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('');
}

/** What holds for a visitor who has not decided. */
function consentOf({ privacySignals, consent }: Options): Consent {
  const isRefused = navigator.doNotTrack === '1' || navigator.globalPrivacyControl;
  if (isRefused && isOn(privacySignals)) return 'denied';
  return consent === 'opt-in' ? 'pending' : 'granted';
}
