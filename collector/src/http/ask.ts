import type { Context } from 'hono';
import { parseInstant } from '../instant.ts';
import { type Position, parseCursor } from '../query/cursor.ts';
import { DAYS_MAX, daysBetween } from '../query/days.ts';
import type { Asker } from './auth.ts';
import { parseJson, readBody } from './body.ts';
import { type Problem, problemResponse } from './problem.ts';

/** A question of somebody who may ask. */
export type Ask = Context<Asker>;

/** Which part of a list is asked for. */
export interface PageAsked {
  /** Where the page before it ended. */
  readonly after?: Position;
  readonly limit: number;
}

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;
/** Fifty conditions with full lists fit; larger ones are no definitions. */
const BODY_BYTES_MAX = 64 * 1024;

/** The site whose key was given: nothing of another one is ever answered. */
export function siteOf(c: Ask): number {
  return c.get('site').id;
}

export function refuse(c: Ask, problem: Problem): Response {
  return problemResponse(c.req.path, problem);
}

/**
 * Reads `limit` and `cursor`, or refuses them.
 *
 * @param cursorLength - Of how many numbers this list's cursors are made.
 */
export async function withPage(
  c: Ask,
  cursorLength: number,
  answer: (page: PageAsked) => Promise<Response>,
): Promise<Response> {
  const { limit: limitText, cursor } = c.req.query();
  const limit = limitText === undefined ? PAGE_DEFAULT : Number(limitText);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    const detail = `limit must be an integer from 1 to ${PAGE_MAX}.`;
    return refuse(c, { code: 'invalid_request', detail, limit: PAGE_MAX });
  }
  if (cursor === undefined) return await answer({ limit });
  const after = parseCursor(cursor, cursorLength);
  if (after) return await answer({ limit, after });
  const detail = 'cursor must be the "next" of an earlier page of this list.';
  return refuse(c, { code: 'invalid_request', detail });
}

/**
 * Reads `at`, an instant that is not in the future, or refuses it.
 *
 * @param answer - Gets `undefined` where none is asked for.
 */
export async function withInstant(
  c: Ask,
  nowMs: number,
  answer: (atMs: number | undefined) => Promise<Response>,
): Promise<Response> {
  const text = c.req.query('at');
  if (text === undefined) return await answer(undefined);
  const atMs = parseInstant(text);
  if (atMs !== undefined && atMs <= nowMs) return await answer(atMs);
  const detail = 'at must be an instant that is past, such as 2026-01-31T12:00:00Z.';
  return refuse(c, { code: 'invalid_request', detail });
}

/** Reads a body as JSON, or refuses it. No body at all is an empty object. */
export async function withBody(
  c: Ask,
  answer: (body: unknown) => Promise<Response>,
): Promise<Response> {
  const read = await readBody(c.req.raw, BODY_BYTES_MAX);
  if (!read.ok) return refuse(c, read.problem);
  if (read.text.trim() === '') return await answer({});
  const json = parseJson(read.text);
  return json.ok ? await answer(json.value) : refuse(c, json.problem);
}

/** Answers for some days, the last one included. A day that could not be read is `undefined`. */
export async function withDays(
  c: Ask,
  from: string | undefined,
  to: string | undefined,
  answer: (days: { readonly from: string; readonly to: string }) => Promise<Response>,
): Promise<Response> {
  if (from === undefined || to === undefined || from > to) {
    const detail = 'from and to must be days such as 2026-01-31, the earlier one first.';
    return refuse(c, { code: 'invalid_request', detail });
  }
  if (daysBetween(from, to) > DAYS_MAX) {
    const detail = `At most ${DAYS_MAX} days are told at once.`;
    return refuse(c, { code: 'invalid_request', detail, limit: DAYS_MAX });
  }
  return await answer({ from, to });
}
