import type { Json } from '@inkling/sdk/protocol';
import { cleanPath, EMAIL_MASK, holdsEmail, TOKEN_MASK } from './privacy.ts';
import { maskSecrets } from './privacy-secrets.ts';

/** A value that may be shown to whoever writes a definition. */
export type Example = string | number | boolean;

/** What stands where a telephone, account or identity number stood. */
export const NUMBER_MASK = '[number]';

/** Longer texts are cut: what they are shows at their beginning. */
const EXAMPLE_CHARS_MAX = 60;
/** Signs that are looked at for something to mask. */
const READ_CHARS_MAX = 200;
/** Nine digits or more, grouped as people group them; a date has eight. */
const LONG_NUMBER = /^\+?(?:[ ().-]*\d){9,}$/;

/** An example of a value, masked where it looks like an address, a secret or somebody's number; `undefined` for what is no scalar. */
export function exampleOf(key: string, value: Json): Example | undefined {
  const { [key]: shown } = maskSecrets({ [key]: value });
  if (typeof shown === 'number' || typeof shown === 'boolean') return shown;
  return typeof shown === 'string' ? maskText(shown) : undefined;
}

function maskText(whole: string): string {
  const text = whole.slice(0, READ_CHARS_MAX);
  if (LONG_NUMBER.test(text)) return NUMBER_MASK;
  if (holdsEmail(text)) return EMAIL_MASK;
  const path = cleanPath(text);
  const shown = path.includes(TOKEN_MASK) || path.includes(EMAIL_MASK) ? path : text;
  // A cut within a surrogate pair would leave half of it.
  return shown.slice(0, EXAMPLE_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, '');
}
