import { describe, expect, test } from 'vitest';
import { findSite } from './write-key.ts';

const SITES: Readonly<Record<string, number>> = { first: 1, second: 2 };

interface Sent {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function check({ query = '', headers = {}, body }: Sent, expected: unknown): void {
  const request = new Request(`http://a.example/v1/batch${query}`, { headers });
  const found = findSite(request, body, (key) =>
    Object.hasOwn(SITES, key) ? SITES[key] : undefined,
  );
  expect(typeof found === 'string' ? found : found.writeKey).toBe(expected);
}

const basic = (text: string) => ({ Authorization: `Basic ${btoa(text)}` });

describe('the key is found', () => {
  test.each([
    ['as the user name', { headers: basic('first:') }],
    ['as the user name with a password', { headers: basic('first:secret:x') }],
    ['as the user name without a colon', { headers: basic('first') }],
    ['whatever the case of the scheme', { headers: { Authorization: `bASIC ${btoa('first:')}` } }],
    ['as a Bearer token', { headers: { Authorization: 'Bearer first' } }],
    ['in the body', { body: { writeKey: 'first' } }],
    ['in an event', { body: { batch: [null, {}, { writeKey: '' }, { writeKey: 'first' }] } }],
    ['in the query', { query: '?debug=1&writeKey=first' }],
    ['in a header', { headers: { 'X-Write-Key': 'first' } }],
    ['in a header with a secret', { headers: { 'X-Write-Key': 'first:secret' } }],
    [
      'behind a proxy’s own user name',
      { headers: basic('staging:x'), body: { writeKey: 'first' } },
    ],
    ['first in the header', { headers: basic('first:'), body: { writeKey: 'second' } }],
    ['first in the body', { query: '?writeKey=second', body: { writeKey: 'first' } }],
    ['beside nonsense', { headers: { Authorization: 'Basic %%%' }, query: '?writeKey=first' }],
  ] as const)('%s', (_, sent) => check(sent, 'first'));
});

describe('no site is found', () => {
  test.each([
    ['nothing', {}, 'missing'],
    ['an empty key', { body: { writeKey: '' }, query: '?writeKey=' }, 'missing'],
    ['no text', { body: { writeKey: 3 } }, 'missing'],
    ['a body that is none', { body: 'first' }, 'missing'],
    ['a batch that is none', { body: { batch: { writeKey: 'first' } } }, 'missing'],
    ['an empty user name', { headers: basic(':first') }, 'missing'],
    ['another scheme', { headers: { Authorization: 'Digest first' } }, 'missing'],
    ['a wrong key', { body: { writeKey: 'third' } }, 'unknown'],
    ['a name of every object', { body: { writeKey: 'constructor' } }, 'unknown'],
    ['a secret alone', { headers: { 'X-Write-Key': 'other:first' } }, 'unknown'],
    ['a key longer than any', { body: { writeKey: 'f'.repeat(1000) } }, 'unknown'],
  ] as const)('%s', (_, sent, expected) => check(sent, expected));
});
