import { PROBLEMS_MAX } from './limits.ts';

/** Something wrong with a definition, or worth knowing of it. */
export interface Problem {
  /** JSON pointer (RFC 6901) to the place; empty for the whole. */
  readonly pointer: string;
  /** What is wrong there, and what would be right. */
  readonly detail: string;
}

/** Where in the input a reader stands. */
export interface Place {
  readonly pointer: string;
  at(key: string | number): Place;
  /** Notes a problem here. Answers `undefined`, so that a reader can return it. */
  refuse(detail: string): undefined;
  /** Enough problems are noted; what is costly to word need not be. */
  isFull(): boolean;
}

/** What became of an input: a value, or all that is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** Runs a reader over an input. A reader that returns `undefined` has refused something. */
export function parseWith<T>(
  input: unknown,
  read: (input: unknown, place: Place) => T | undefined,
): Parsed<T> {
  const problems: Problem[] = [];
  const value = read(input, placeAt('', problems));
  if (value !== undefined && problems.length === 0) return { ok: true, value };
  return { ok: false, errors: problems };
}

/** The pointer to a member of the value at `pointer`. */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function placeAt(pointer: string, problems: Problem[]): Place {
  return {
    pointer,
    at: (key) => placeAt(pointerTo(pointer, key), problems),
    refuse: (detail) => {
      if (problems.length < PROBLEMS_MAX) problems.push({ pointer, detail });
      else if (problems.length === PROBLEMS_MAX) problems.push(MORE);
      return undefined;
    },
    isFull: () => problems.length > PROBLEMS_MAX,
  };
}

const MORE: Problem = {
  pointer: '',
  detail: `there are more than ${PROBLEMS_MAX} problems; the others show when these are mended`,
};
