/** Taken as the script loads: a page may put its own in their place later. */
const { parse, stringify } = JSON;

/** One escape of a JSON text; those of NUL and of half a surrogate pair in full. */
const ESCAPE = /\\(u0000|ud[89a-f]..|.)/g;

/** `JSON.parse`. */
export const parseJson: (text: string) => unknown = parse;

/**
 * `JSON.stringify`, with a replacement character for what no database keeps: NUL, half a surrogate
 * pair.
 */
export function toJson(value: unknown): string {
  return stringify(value).replace(ESCAPE, (found, code: string) => (code[1] ? '\\ufffd' : found));
}
