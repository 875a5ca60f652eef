/**
 * Finds where a JSON pointer (RFC 6901) points to in a text, so that an error that names a pointer
 * can be shown at its line.
 */

export interface Place {
  /** Offsets in characters, half-open: the value is `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The place of the value at `pointer`, or of its nearest ancestor that is there: an error about a
 * missing field belongs to the object that misses it. `undefined` if `text` is not JSON.
 */
export function locate(text: string, pointer: string): Place | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const keys = pointer.split('/').slice(1).map(unescapeKey);
  let span = valueAt(text, 0);
  for (const key of keys) {
    const child = childrenOf(text, span).get(key);
    if (child === undefined) break;
    span = child;
  }
  return { ...span, line: text.slice(0, span.start).split('\n').length };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** One string, one bracket, or one run of anything else: all that finding ends of values needs. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/** The value that starts at or after `from`. The text is JSON, so brackets are balanced. */
function valueAt(text: string, from: number): Span {
  let start = -1;
  let depth = 0;
  for (const token of tokens(text, from)) {
    if (start < 0) start = token.start;
    if (token.text === '{' || token.text === '[') depth += 1;
    if (token.text === '}' || token.text === ']') depth -= 1;
    // Below zero it is the closing bracket of an empty object or list.
    if (depth <= 0) return { start, end: token.end };
  }
  return { start: Math.max(start, 0), end: text.length };
}

/** The members of the object or list at `span`, by key. Of a doubled key the last one, as parsed. */
function childrenOf(text: string, span: Span): ReadonlyMap<string, Span> {
  const children = new Map<string, Span>();
  const opening = text[span.start];
  if (opening !== '{' && opening !== '[') return children;
  let from = span.start + 1;
  for (let index = 0; ; index += 1) {
    const first = valueAt(text, from);
    if (isClosing(text, first)) return children;
    const isMember = opening === '{';
    const key: string = isMember ? JSON.parse(text.slice(first.start, first.end)) : String(index);
    // A member's value comes after its colon.
    const value = isMember ? valueAt(text, text.indexOf(':', first.end) + 1) : first;
    children.set(key, value);
    const comma = tokens(text, value.end).next().value;
    if (comma?.text !== ',') return children;
    from = comma.end;
  }
}

function isClosing(text: string, span: Span): boolean {
  return text[span.start] === '}' || text[span.start] === ']';
}

function* tokens(
  text: string,
  from: number,
): Generator<Span & { readonly text: string }, undefined> {
  const pattern = new RegExp(TOKEN, 'g');
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    yield { text: match[0], start: match.index, end: pattern.lastIndex };
  }
}
