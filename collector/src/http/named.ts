import { z } from 'zod';
import type { Problem } from './problem.ts';

const NAME_CHARS_MAX = 100;

/** What people call a thing. */
export const Name: z.ZodString = z
  .string()
  .trim()
  .min(1)
  .max(NAME_CHARS_MAX)
  .refine((name) => !/[\0\p{Surrogate}]/u.test(name), 'must not hold NUL or half of a character');

/** Says where in a body what is wrong. @param detail - What would be right. */
export function wrongWish(error: z.ZodError, detail: string): Problem {
  const errors = error.issues.map(({ path, message }) => ({
    pointer: path.map((step) => `/${String(step)}`).join(''),
    detail: message,
  }));
  return { code: 'invalid_request', detail, errors };
}
