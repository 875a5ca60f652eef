import { type Theme, theme } from '../theme.ts';

const NEXT: { readonly [each in Theme]: Theme } = { auto: 'light', light: 'dark', dark: 'auto' };

const LABELS: { readonly [each in Theme]: string } = {
  auto: 'Colours: as the system',
  light: 'Colours: light',
  dark: 'Colours: dark',
};

const ICONS: { readonly [each in Theme]: string } = {
  auto: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 2v12M10.5 3v10M12.8 5v6',
  light:
    'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1.1 1.100M11.9 11.900L13 13M13 3l-1.1 1.100M4.1 11.900L3 13',
  dark: 'M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7Z',
};

/** Goes round: as the system, light, dark. */
export function ThemeToggle() {
  const now = theme.value;
  const label = `${LABELS[now]}. Change.`;
  return (
    <button
      type="button"
      class="quiet icon"
      aria-label={label}
      title={label}
      onClick={() => {
        theme.value = NEXT[theme.value];
      }}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={ICONS[now]} />
      </svg>
    </button>
  );
}
