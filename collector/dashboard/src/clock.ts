import { signal } from '@preact/signals';

/** The time by which the page counts. Ticks once a second while somebody can see it. */
export const nowMs = signal(Date.now());

const TICK_MS = 1_000;

/** Starts the ticking; runs for as long as the page lives. */
export function startClock(): void {
  const tick = () => {
    if (!document.hidden) nowMs.value = Date.now();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', tick);
}
