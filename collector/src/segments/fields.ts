import { STRING_CHARS_MAX } from './limits.ts';
import type { Place } from './pointer.ts';
import { kindOf, quoted } from './quote.ts';
import { nearest } from './suggest.ts';

/** An object of the input, its members not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Turns an unknown value into a `T`, or notes what is wrong at the place and returns `undefined`. */
export type Reader<T> = (input: unknown, place: Place) => T | undefined;

/** Which members an object may have. */
export interface Shape {
  /** Begins a sentence: "A test". */
  readonly what: string;
  readonly keys: readonly string[];
  /** Members that one could expect here, and why they are refused: what is wrong and what would be right. */
  readonly refused?: ReadonlyMap<string, string>;
  /** What to write for names that come from other languages. */
  readonly instead?: ReadonlyMap<string, string>;
}

/** Reads an object and refuses the members that its shape does not have. */
export function readObject(input: unknown, place: Place, shape: Shape): Fields | undefined {
  if (!isObject(input)) return place.refuse(`${shape.what} is an object, not ${kindOf(input)}`);
  for (const key of Object.keys(input)) {
    if (place.isFull()) break;
    if (input[key] === undefined || shape.keys.includes(key)) continue;
    place.at(key).refuse(shape.refused?.get(key) ?? unknownKey(key, shape));
  }
  return input;
}

/** Why a member is refused, with what was probably meant. */
export function unknownKey(key: string, shape: Shape): string {
  const meant = suggestion(key, shape);
  if (meant !== undefined) return `unknown key ${quoted(key)}; did you mean \`${meant}\`?`;
  return `unknown key ${quoted(key)}; ${shape.what.toLowerCase()} has ${shape.keys.join(', ')}`;
}

/** The member that was probably meant by an unknown one. */
export function suggestion(key: string, shape: Shape): string | undefined {
  return shape.instead?.get(key.toLowerCase()) ?? nearest(key, shape.keys);
}

export function isObject(input: unknown): input is Fields {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** Reads a member that may be absent. */
export function optional<T>(
  fields: Fields,
  key: string,
  place: Place,
  read: Reader<T>,
): T | undefined {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return value === undefined ? undefined : read(value, place.at(key));
}

/** Reads a member that must be there. @param need - What to write, if it is missing. */
export function required<T>(
  fields: Fields,
  key: string,
  place: Place,
  { read, need }: { readonly read: Reader<T>; readonly need: string },
): T | undefined {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return value === undefined
    ? place.at(key).refuse(`\`${key}\` is missing; ${need}`)
    : read(value, place.at(key));
}

/** Makes a reader of text with a number of characters (UTF-16 code units) in a range. */
export function text(charsMin = 0, charsMax: number = STRING_CHARS_MAX): Reader<string> {
  return (input, place) => {
    if (typeof input !== 'string') return place.refuse(`expected text, not ${kindOf(input)}`);
    if (input.length < charsMin) return place.refuse('is empty; write at least one character');
    if (input.length > charsMax) {
      return place.refuse(`is ${input.length} characters long; at most ${charsMax} are allowed`);
    }
    // SQLite ends text at NUL and cannot tell lone surrogates apart.
    if (input.includes('\0') || /\p{Surrogate}/u.test(input)) {
      return place.refuse('contains a NUL character or half a surrogate pair; remove it');
    }
    return input;
  };
}

/** Makes a reader of one of a few words. Suggests the one that was probably meant. */
export function oneOf<T extends string>(...words: readonly T[]): Reader<T> {
  return (input, place) => {
    const found = words.find((word) => word === input);
    if (found !== undefined) return found;
    const choices = words.map((word) => `"${word}"`).join(' or ');
    const meant = typeof input === 'string' ? nearest(input, words) : undefined;
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    return place.refuse(`expected ${choices}, not ${kindOf(input)}${hint}`);
  };
}

/** Reads `true`, for members that are written as a mark. */
export const readTrue: Reader<true> = (input, place) =>
  input === true ? input : place.refuse(`expected true, not ${kindOf(input)}; or leave it out`);

/** Reads any finite number. */
export const readNumber: Reader<number> = (input, place) => {
  if (typeof input !== 'number') return place.refuse(`expected a number, not ${kindOf(input)}`);
  // JSON has no infinity, but 1e999 reads as one. Adding 0 makes -0, which JSON writes as 0, a 0.
  return Number.isFinite(input) ? input + 0 : place.refuse('is too large for a number');
};

/** Makes a reader of a list in which no text stands twice. */
export function distinctTexts(
  read: Reader<string>,
  list: { readonly what: string; readonly max: number },
): Reader<readonly string[]> {
  const readTexts = listOf(read, list);
  return (input, place) => {
    const texts = readTexts(input, place);
    const twice = texts?.findIndex((each, index) => texts.indexOf(each) < index) ?? -1;
    return twice === -1
      ? texts
      : place.at(twice).refuse(`${quoted(texts?.[twice] ?? '')} is listed twice`);
  };
}

/** Makes a reader of a list; every element that is wrong is reported. */
export function listOf<T>(
  read: Reader<T>,
  { what, min = 1, max }: { readonly what: string; readonly min?: number; readonly max: number },
): Reader<readonly T[]> {
  return (input, place) => {
    if (!Array.isArray(input)) {
      return place.refuse(`expected a list of ${what}, not ${kindOf(input)}`);
    }
    if (input.length < min) return place.refuse(`is an empty list; write at least one of ${what}`);
    if (input.length > max) {
      return place.refuse(`has ${input.length} ${what}; at most ${max} are allowed`);
    }
    const elements: T[] = [];
    for (const [index, each] of input.entries()) {
      const element = read(each, place.at(index));
      if (element !== undefined) elements.push(element);
    }
    return elements.length === input.length ? elements : undefined;
  };
}

/** The object without its `undefined` members, which JSON does not have. */
export function compact<T extends object>(members: T): Compact<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Compact<T>;
}

type Compact<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
