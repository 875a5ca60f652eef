/**
 * FNV-1a with 64 bits: offset basis and prime (2^40 + 0x1b3) as published by Fowler, Noll and Vo, in
 * halves of 32 bits, since numbers multiply many times faster than bigints.
 */
const FNV_OFFSET_HIGH = 0xcbf29ce4;
const FNV_OFFSET_LOW = 0x84222325;
const FNV_PRIME_LOW = 0x1b3;
const TWO_32 = 2 ** 32;
const BITS_21 = 2 ** 21 - 1;

/**
 * JSON text that is the same for equal values: keys sorted by UTF-16 code unit, no spaces, members
 * that are `undefined` left out. For plain JSON data; anything else is written as `null`.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? JSON.stringify(value)
    : 'null';
}

/**
 * A short name for a text that is the same on every machine, in every run and version: FNV-1a with
 * 64 bits over the UTF-8 bytes, its upper 11 bits folded by XOR into the lower 53, in base 36.
 * Ten thousand texts meet by chance once in 180 million tries; somebody who wants two texts to meet
 * can make them, so it names only what the owner writes.
 *
 * @returns 1 to 11 characters of `0-9a-z`.
 * @see http://www.isthe.com/chongo/tech/comp/fnv/ for the function and for XOR folding.
 */
export function hash53(text: string): string {
  let high = FNV_OFFSET_HIGH;
  let low = FNV_OFFSET_LOW;
  for (const byte of new TextEncoder().encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * FNV_PRIME_LOW;
    // 2^40 times the lower half lies 8 bits up in the upper one.
    high = (high * FNV_PRIME_LOW + Math.floor(product / TWO_32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  const foldedLow = (low ^ (high >>> 21)) >>> 0;
  return ((high & BITS_21) * TWO_32 + foldedLow).toString(36);
}
