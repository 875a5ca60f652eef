import type { InArgs, InValue } from '@libsql/client';

/**
 * Lets through to the database only what it can take. The native driver ends the whole process on a
 * boolean or a plain object, so every bound value passes here.
 *
 * @throws TypeError for anything but a string without NUL, a finite number, a 64-bit bigint, bytes or
 * null: a fault of ours, since the parser lets no such value through.
 */
export function bind(...values: readonly unknown[]): InArgs {
  return values.map(admit);
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

function admit(value: unknown, position: number): InValue {
  const admitted =
    value === null ||
    (typeof value === 'string' && !value.includes('\0')) ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'bigint' && value >= INT64_MIN && value <= INT64_MAX) ||
    value instanceof Uint8Array;
  if (admitted) return value;
  throw new TypeError(`Cannot bind a ${typeof value} as parameter ${position + 1} of a statement`);
}
