/**
 * The size of a value as compact JSON in UTF-8, without writing it: a value as deep as a body
 * allows would overflow the stack of `JSON.stringify`.
 *
 * @param bytesMax - Counting stops soon after this many bytes.
 * @returns The exact size if it is at most `bytesMax`, otherwise some larger number.
 */
export function jsonBytes(value: unknown, bytesMax: number): number {
  const open = [value];
  let bytes = 0;
  while (open.length > 0 && bytes <= bytesMax) {
    const each = open.pop();
    if (typeof each === 'string') bytes += stringBytes(each);
    else if (Array.isArray(each)) {
      bytes += separatorBytes(each.length);
      for (const element of each) open.push(element);
    } else if (typeof each === 'object' && each !== null) {
      const entries = Object.entries(each);
      bytes += separatorBytes(entries.length);
      for (const [key, child] of entries) {
        bytes += stringBytes(key) + 1;
        open.push(child);
      }
    } else bytes += String(each).length;
  }
  return bytes;
}

/** The brackets and the commas between `count` elements. */
function separatorBytes(count: number): number {
  return 2 + Math.max(0, count - 1);
}

function stringBytes(text: string): number {
  let bytes = 2;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += asciiBytes(unit);
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (unit < 0xdc00 && isTrailing(text.charCodeAt(i + 1))) {
      bytes += 4;
      i += 1;
    } else bytes += 6; // Half a pair is written as an escape.
  }
  return bytes;
}

/** 1, or what its escape takes: two for quotes, backslash, \b \t \n \f \r, six for other controls. */
function asciiBytes(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit >= 0x20) return 1;
  return unit >= 0x08 && unit <= 0x0d && unit !== 0x0b ? 2 : 6;
}

function isTrailing(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
