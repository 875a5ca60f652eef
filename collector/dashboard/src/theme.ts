import { effect, signal } from '@preact/signals';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'ink_theme';

/** The reader's choice, kept in this browser. */
export const theme = signal<Theme>(readTheme());

/** Shows the choice on the page and keeps it; runs at once and on every change. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    try {
      if (theme.value === 'auto') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme.value);
    } catch {
      // Storage is denied: the choice then lasts as long as the page.
    }
  });
}

function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  } catch {
    return 'auto';
  }
}
