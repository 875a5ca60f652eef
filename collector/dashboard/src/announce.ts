import { signal } from '@preact/signals';

/** What the page's polite live region says. */
export const announced = signal('');

/** Screen readers need seconds for a sentence; more often than this is noise. */
const PAUSE_MS = 5_000;

let next: string | undefined;
let waiting = false;

/** Says `text` to screen readers. Of several within a few seconds, the first and the last are said. */
export function announce(text: string): void {
  if (waiting) {
    next = text;
    return;
  }
  announced.value = text;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    const held = next;
    next = undefined;
    if (held !== undefined) announce(held);
  }, PAUSE_MS);
}
