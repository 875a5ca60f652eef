import { addressOf } from '../address.ts';
import type { Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import { listen } from '../capture/listen.ts';
import { onNavigation } from '../capture/navigation.ts';
import type { ModuleEvents } from './events.ts';

/** Less attention than this is none: somebody who looked and left. */
const ENGAGED_MS_MIN = 5_000;

/**
 * Reports "Page Engaged": for how many seconds a page was in sight and had the focus, and how much of
 * it had been scrolled to, in percent. Reported as the page goes out of sight, ends, or gives way to
 * another path; what was reported of a view is not counted again.
 */
export const engagement: Plugin = (inkling, { engagement, address }) => {
  if (!isOn(engagement)) return undefined;
  const here = () => addressOf(address?.(location.href) ?? location.href).url;
  let { href: url, pathname: path } = here();
  let engagedMs = 0;
  let depth = 0;
  /** Since when it is looked at; nothing while it is not. */
  let sinceMs: number | undefined;
  let isMeasuring = false;

  const count = () => {
    const nowMs = performance.now();
    engagedMs += nowMs - (sinceMs ?? nowMs);
    sinceMs = !document.hidden && document.hasFocus() ? nowMs : undefined;
  };

  const report = () => {
    count();
    if (engagedMs < ENGAGED_MS_MIN) return;
    const seconds = Math.round(engagedMs / 1_000);
    const said: ModuleEvents['Page Engaged'] = { path, url, seconds, depth };
    inkling.track('Page Engaged', said);
    engagedMs = 0;
  };

  /** In the frame, where the layout is known already: to ask for it in a listener costs the page time. */
  const measure = () => {
    isMeasuring = false;
    const { scrollHeight } = document.documentElement;
    const seen = Math.round((100 * (scrollY + innerHeight)) / scrollHeight);
    depth = Math.max(depth, Math.min(seen, 100));
  };
  const measureSoon = () => {
    if (!isMeasuring) requestAnimationFrame(measure);
    isMeasuring = true;
  };

  const move = () => {
    const next = here();
    if (next.pathname === path) return;
    report();
    ({ href: url, pathname: path } = next);
    engagedMs = depth = 0;
    measureSoon();
  };

  count();
  measureSoon();
  for (const type of ['focus', 'blur']) listen(window, type, count);
  listen(window, 'scroll', measureSoon);
  onNavigation(() => setTimeout(move));
  // At the turns of a page's life.
  return report;
};
