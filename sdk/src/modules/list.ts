/** The entries of a list as an attribute holds it: `a, b` are two. */
export function entriesOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
