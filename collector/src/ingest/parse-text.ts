import { parseInstant } from '../instant.ts';

/** An object of the body before anything is known of its fields. */
export type Untrusted = Readonly<Record<string, unknown>>;

/** The first thing found wrong with one part of a body. */
export interface Faults {
  /** JSON pointer of the part: `/batch/3`, or `''` for the whole body. */
  readonly at: string;
  first?: string;
  /** Where the first is, as a JSON pointer within the part. */
  pointer?: string;
  /** Of the first fault, where it has a code of its own. */
  code?: 'placeholder_id';
}

/** A fault quotes at most this much of a pointer: keys are the sender's and may be long. */
const POINTER_CHARS_MAX = 300;

/** Notes what is wrong at `path`, a JSON pointer within the part, unless something was before. */
export function fault(faults: Faults, path: string, what: string): undefined {
  if (faults.first !== undefined) return undefined;
  faults.first = `${shortened(faults.at + path)} ${what}`.trimStart();
  faults.pointer = shortened(path);
  return undefined;
}

function shortened(pointer: string): string {
  return cleaned(cleaned(pointer).slice(0, POINTER_CHARS_MAX));
}

/** One key of an object, as a JSON pointer writes it (RFC 6901). */
export function pointerTo(key: string | number): string {
  const text = String(key);
  return `/${/[~/]/.test(text) ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text}`;
}

export const UNCLEAN = 'contains NUL or half a surrogate pair';

/**
 * Is the text free of NUL and lone surrogates? SQLite cuts a text at NUL, and two texts that differ
 * in a lone surrogate alone become equal on their way through UTF-8.
 */
export function isClean(text: string): boolean {
  return text.indexOf('\0') < 0 && (text as string & WellFormed).isWellFormed();
}

/** Every Node that we run on has it, five times as fast as a pattern; the ES2023 types lack it. */
interface WellFormed {
  readonly isWellFormed: () => boolean;
}

/** The text with a replacement character for whatever makes it unclean. */
export function cleaned(text: string): string {
  return isClean(text) ? text : text.replaceAll('\0', '�').replace(/\p{Surrogate}/gu, '�');
}

export function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined`, `null` and `''` all mean that the sender has nothing to say: many clients do so. */
export function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** A name or id. Finite numbers are taken as ids too, as servers with numeric keys send them. */
export function parseId(
  value: unknown,
  path: string,
  charsMax: number,
  faults: Faults,
): string | undefined {
  if (isAbsent(value)) return undefined;
  return parseName(Number.isFinite(value) ? String(value) : value, path, charsMax, faults);
}

/** A text of at most `charsMax` UTF-16 units, clean; `undefined` if absent or at fault. */
export function parseName(
  value: unknown,
  path: string,
  charsMax: number,
  faults: Faults,
): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') return fault(faults, path, 'must be a string');
  if (value.length > charsMax) {
    return fault(faults, path, `is longer than ${charsMax} characters`);
  }
  return isClean(value) ? value : fault(faults, path, UNCLEAN);
}

/** An instant in milliseconds; `undefined` if absent or at fault. */
export function parseTime(value: unknown, path: string, faults: Faults): number | undefined {
  if (isAbsent(value)) return undefined;
  const atMs =
    typeof value === 'string' || typeof value === 'number' ? parseInstant(value) : undefined;
  return atMs ?? fault(faults, path, 'must be an ISO 8601 time since 1970');
}
