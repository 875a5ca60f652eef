import { describe, expect, test } from 'vitest';
import type { KeyRole } from '../store/keys.ts';
import { findSender } from './write-key.ts';

const ROLES: Readonly<Record<string, KeyRole>> = {
  first: 'write',
  second: 'write',
  owner: 'admin',
  report: 'read',
  proof: 'identity',
};

interface Sent {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function check({ query = '', headers = {}, body }: Sent, expected: unknown): void {
  const request = new Request(`http://a.example/v1/batch${query}`, { headers });
  const found = findSender(request, body, (key) => {
    const role = Object.hasOwn(ROLES, key) ? ROLES[key] : undefined;
    return role && { role };
  });
  expect(typeof found === 'string' ? found : found.key).toBe(expected);
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

describe('a secret key', () => {
  const browser = { Origin: 'https://shop.example' };
  test.each([
    ['of the owner as the user name', { headers: basic('owner:') }, 'owner'],
    ['of the owner as a Bearer token', { headers: { Authorization: 'Bearer owner' } }, 'owner'],
    ['of the owner in a header', { headers: { 'X-Write-Key': 'owner' } }, 'owner'],
    [
      'of the owner in a header, and in the body, too',
      { headers: basic('owner:'), body: { writeKey: 'owner' } },
      'owner',
    ],
    ['that only asks', { headers: basic('report:') }, 'forbidden'],
    ['that only proves', { headers: basic('proof:') }, 'forbidden'],
    ['in the body', { body: { writeKey: 'owner' } }, 'exposed'],
    ['in an event', { body: { batch: [{ writeKey: 'proof' }] } }, 'exposed'],
    ['in the address', { query: '?writeKey=report' }, 'exposed'],
    ['from a page', { headers: { ...basic('owner:'), ...browser } }, 'exposed'],
    [
      'from a page of the same origin',
      { headers: { ...basic('proof:'), 'Sec-Fetch-Site': 'same-origin' } },
      'exposed',
    ],
    [
      'from a page that has the right key in its body',
      { headers: { ...basic('owner:'), ...browser }, body: { writeKey: 'first' } },
      'exposed',
    ],
  ] as const)('%s', (_, sent, expected) => check(sent, expected));
});
