import type { ProblemAnswer } from '../query/answers.ts';

interface Kind {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
}

/** Every way in which a request can fail. Codes are API and do not change. */
export const PROBLEMS = {
  malformed_body: { status: 400, title: 'The body cannot be read', retryable: false },
  malformed_json: { status: 400, title: 'The body is not JSON', retryable: false },
  invalid_batch: { status: 400, title: 'The body is not a batch of events', retryable: false },
  invalid_request: { status: 400, title: 'The request is not understood', retryable: false },
  missing_key: { status: 401, title: 'No key was given', retryable: false },
  unknown_key: { status: 401, title: 'The key is not known', retryable: false },
  forbidden: { status: 403, title: 'The key does not allow this', retryable: false },
  secret_key_exposed: { status: 403, title: 'A secret key was shown', retryable: false },
  origin_not_allowed: { status: 403, title: 'This origin may not send', retryable: false },
  not_found: { status: 404, title: 'There is nothing here', retryable: false },
  method_not_allowed: { status: 405, title: 'The method does not fit', retryable: false },
  request_timeout: { status: 408, title: 'The request took too long', retryable: true },
  merge_limit: { status: 409, title: 'A person would have too many ids', retryable: false },
  in_use: { status: 409, title: 'Something else needs it', retryable: false },
  conflict: { status: 409, title: 'It was changed meanwhile', retryable: false },
  body_too_large: { status: 413, title: 'The body is too large', retryable: false },
  too_many_events: { status: 413, title: 'The batch has too many events', retryable: false },
  unsupported_encoding: { status: 415, title: 'The encoding is not known', retryable: false },
  invalid_definition: { status: 422, title: 'The definition is wrong', retryable: false },
  invalid_webhook: { status: 422, title: 'The webhook is wrong', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  headers_too_large: { status: 431, title: 'The headers are too large', retryable: false },
  internal: { status: 500, title: 'Something broke here', retryable: true },
  busy: { status: 503, title: 'More arrives than can be written', retryable: true },
  unavailable: { status: 503, title: 'Not available right now', retryable: true },
} as const satisfies Readonly<Record<string, Kind>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What went wrong, before it becomes an answer. */
export interface Problem {
  readonly code: ProblemCode;
  /** For people: what was wrong, where, and what to do. */
  readonly detail: string;
  /** The limit that was passed, in the unit that `detail` names. */
  readonly limit?: number;
  /** Where in the body, by JSON pointers. */
  readonly errors?: NonNullable<ProblemAnswer['errors']>;
  /** Whole seconds to wait, for the header `Retry-After`. */
  readonly retryAfterS?: number;
}

/** Owners take a while to decide, and all senders learn of it at once. */
const CLOSED_RETRY_AFTER_S = 60;

/** Nothing is written for now. @param detail - Why, and what to do; senders need not know. */
export function closed(
  detail = 'The collector takes no events for now; keep yours, and send them again.',
): Problem {
  return { code: 'unavailable', detail, retryAfterS: CLOSED_RETRY_AFTER_S };
}

/**
 * The answer that tells of a problem, as `application/problem+json`. It is never cached.
 *
 * @param instance - The path of the request, without its query, where keys may stand.
 * @see RFC 9457
 */
export function problemResponse(instance: string, problem: Problem): Response {
  const { retryAfterS, ...told } = problem;
  const answer: ProblemAnswer = {
    type: `/docs/errors#${problem.code}`,
    ...PROBLEMS[problem.code],
    instance,
    ...told,
  };
  return new Response(JSON.stringify(answer), {
    status: answer.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfterS !== undefined && { 'Retry-After': String(retryAfterS) }),
    },
  });
}
