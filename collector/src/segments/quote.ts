/** Longer texts are cut, so that no answer repeats a whole body. */
const QUOTED_CHARS_MAX = 40;

/** A text in double quotes, cut at 40 characters, control characters and lone surrogates escaped. */
export function quoted(text: string): string {
  return JSON.stringify(
    text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text,
  );
}

/** What somebody wrote, for the end of a sentence: `not a list`, `not the text "x"`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return `the text ${quoted(value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return `${value}`;
    case 'object':
      return 'an object';
    default:
      return `a value of type ${typeof value}`;
  }
}
