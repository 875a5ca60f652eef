/** Does the whole text match? */
export type GlobMatcher = (text: string) => boolean;

/**
 * The part between two stars: literal runs at fixed offsets, `?` being the gaps between them.
 * `length` counts UTF-16 code units, gaps included.
 */
interface Piece {
  readonly runs: readonly { readonly offset: number; readonly text: string }[];
  readonly length: number;
}

/**
 * Makes a matcher of a glob: `*` stands for any run, also an empty one, `?` for one UTF-16 code
 * unit, everything else for itself. There is no escape. Path separators mean nothing to it.
 *
 * Cost is linear in the text, whatever the number of stars: the pieces between stars are sought
 * from left to right, each from where the one before it ended, and never again. Taking the first
 * place where a piece fits is right, since whatever follows then has the most room.
 *
 * @param ignoreCase - Compares lower-cased text; a matcher made so lower-cases what it is given.
 */
export function compileGlob(pattern: string, ignoreCase = false): GlobMatcher {
  if (ignoreCase) {
    const matches = compileGlob(pattern.toLowerCase());
    return (text) => matches(text.toLowerCase());
  }
  const [head, ...rest] = pattern.split('*').map(pieceOf);
  const tail = rest.pop();
  if (head === undefined) return () => false; // `split` never gives an empty list.
  if (tail === undefined) return (text) => text.length === head.length && fits(head, text, 0);
  const middle = rest.filter((piece) => piece.length > 0);
  const lengthMin = head.length + tail.length;

  return (text) => {
    if (text.length < lengthMin || !fits(head, text, 0)) return false;
    const tailStart = text.length - tail.length;
    if (!fits(tail, text, tailStart)) return false;
    let from = head.length;
    for (const piece of middle) {
      const start = find(piece, text, from);
      if (start === -1) return false;
      from = start + piece.length;
    }
    return from <= tailStart;
  };
}

/** The text with which everything that matches begins; empty when the glob starts with a star. */
export function literalPrefix(pattern: string): string {
  const end = pattern.search(/[*?]/);
  return end === -1 ? pattern : pattern.slice(0, end);
}

function pieceOf(text: string): Piece {
  let offset = 0;
  const runs = [];
  for (const run of text.split('?')) {
    if (run !== '') runs.push({ offset, text: run });
    offset += run.length + 1;
  }
  return { runs, length: text.length };
}

/** The caller has made sure that the piece does not reach beyond the text. */
function fits(piece: Piece, text: string, start: number): boolean {
  for (const run of piece.runs) {
    if (!text.startsWith(run.text, start + run.offset)) return false;
  }
  return true;
}

/** First place at or after `from` where the piece fits, or -1. */
function find(piece: Piece, text: string, from: number): number {
  const anchor = piece.runs[0];
  const last = text.length - piece.length;
  if (anchor === undefined) return from <= last ? from : -1;
  for (let start = from; start <= last; start += 1) {
    const found = text.indexOf(anchor.text, start + anchor.offset);
    if (found === -1) return -1;
    start = found - anchor.offset;
    if (start > last) return -1;
    if (piece.runs.length === 1 || fits(piece, text, start)) return start;
  }
  return -1;
}
