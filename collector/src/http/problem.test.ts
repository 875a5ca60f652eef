import { expect, test } from 'vitest';
import { PROBLEMS, problemResponse } from './problem.ts';

test('a problem says all that RFC 9457 and our contract ask for', async () => {
  const response = problemResponse('/v1/batch', {
    code: 'body_too_large',
    detail: 'Too much.',
    limit: 500,
    errors: [{ pointer: '/batch', detail: 'too long' }],
  });
  expect(response.status).toBe(413);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(response.headers.has('Retry-After')).toBe(false);
  expect(await response.json()).toEqual({
    type: '/docs/errors#body_too_large',
    title: 'The body is too large',
    status: 413,
    detail: 'Too much.',
    instance: '/v1/batch',
    code: 'body_too_large',
    retryable: false,
    limit: 500,
    errors: [{ pointer: '/batch', detail: 'too long' }],
  });
});

test('one that passes says when to come again, in the header alone', async () => {
  const response = problemResponse('/v1/t', { code: 'busy', detail: 'Later.', retryAfterS: 3 });
  expect(response.headers.get('Retry-After')).toBe('3');
  expect(await response.json()).toMatchObject({ status: 503, retryable: true });
});

test('exactly those that clients may send again unchanged are retryable', () => {
  for (const [code, { status, retryable }] of Object.entries(PROBLEMS)) {
    expect([code, retryable]).toEqual([code, status === 408 || status === 429 || status >= 500]);
  }
});
