/** FNV-1a, 64 bits: offset basis and prime as published by Fowler, Noll and Vo. */
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
const BITS_64 = (1n << 64n) - 1n;
const BITS_53 = (1n << 53n) - 1n;

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
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = ((hash ^ BigInt(byte)) * FNV_PRIME) & BITS_64;
  }
  return ((hash >> 53n) ^ (hash & BITS_53)).toString(36);
}
