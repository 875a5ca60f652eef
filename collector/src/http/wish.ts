import { z } from 'zod';
import type { Problem } from './problem.ts';

const NAME_CHARS_MAX = 100;

/** Why a text is refused that not {@link isStorable}. */
export const UNSTORABLE = 'must not hold NUL or half of a character';

/** What people call a thing. */
export const Name: z.ZodString = z
  .string()
  .trim()
  .min(1)
  .max(NAME_CHARS_MAX)
  .refine(isStorable, UNSTORABLE);

/** Does a text come back from the database as it went in? */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

/** Says where in a body what is wrong. @param detail - What would be right. */
export function wrongWish(error: z.ZodError, detail: string): Problem {
  return { code: 'invalid_request', detail, errors: faultsOf(error) };
}

/** What is wrong, each with a JSON pointer into what was read. */
export function faultsOf(error: z.ZodError): NonNullable<Problem['errors']> {
  return error.issues.map(({ path, message }) => ({
    pointer: path.map((step) => `/${String(step)}`).join(''),
    detail: message,
  }));
}
