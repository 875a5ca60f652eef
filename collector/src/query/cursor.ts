/** Where a page of a list ended: some integers, opaque to whoever holds it. */
export type Position = readonly number[];

const NUMBERS_MAX = 4;

export function formatCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a cursor back; `undefined` for a text that {@link formatCursor} did not make. */
export function parseCursor(cursor: string, length: number): Position | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isPosition =
      Array.isArray(position) &&
      position.length === Math.min(length, NUMBERS_MAX) &&
      position.every((number) => Number.isSafeInteger(number));
    return isPosition ? position : undefined;
  } catch {
    return undefined;
  }
}
