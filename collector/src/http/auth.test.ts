import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Api,
  FIRST,
  type Question,
  SECOND,
  SIGN_IN_TOKEN,
  startApi,
} from '../../testing/api.ts';
import type { SessionAnswer } from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const DAY_MS = 86_400_000;

/** Every address that answers questions, asked as it likes to be asked. */
const DOORS = [
  ['GET', '/v1/segments'],
  ['POST', '/v1/segments'],
  ['GET', '/v1/segments/s'],
  ['PUT', '/v1/segments/s'],
  ['DELETE', '/v1/segments/s'],
  ['GET', '/v1/segments/s/count'],
  ['GET', '/v1/segments/s/members'],
  ['GET', '/v1/catalogue'],
  ['POST', '/v1/catalogue/pricing-viewers/install'],
  ['GET', '/v1/profiles'],
  ['GET', '/v1/profiles/a'],
  ['GET', '/v1/profiles/a/segments'],
  ['GET', '/v1/profiles/a/events'],
  ['GET', '/v1/profiles/a/explain/s'],
  ['GET', '/v1/events'],
  ['GET', '/v1/stream'],
  ['GET', '/v1/session'],
  ['GET', '/v1/anything/else'],
] as const;

describe('every question needs a key that may read', () => {
  test.each(DOORS)('%s %s', async (method, path) => {
    const with_ = async (key: string | null) => await api.problem(path, { method, key });
    expect(await with_(null)).toMatchObject({ status: 401, code: 'missing_key' });
    expect(await with_('sk_unheard_of')).toMatchObject({ status: 401, code: 'unknown_key' });
    expect(await with_(FIRST.writeKey)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  test.each([
    ['bearer', `bearer ${FIRST.secretKey}`, 200],
    ['two spaces', `Bearer  ${FIRST.secretKey}`, 200],
    ['Basic', `Basic ${Buffer.from(`${FIRST.secretKey}:`).toString('base64')}`, 401],
    ['nothing behind Bearer', 'Bearer ', 401],
    ['a key and more', `Bearer ${FIRST.secretKey} more`, 401],
    ['an upper-case key', `Bearer ${FIRST.secretKey.toUpperCase()}`, 401],
  ])('written as %s', async (_, Authorization, status) => {
    const response = await api.request('/v1/segments', { key: null, headers: { Authorization } });
    expect(response.status).toBe(status);
  });

  test('a secret key does not send events where others can read it', async () => {
    const body = { writeKey: FIRST.secretKey, batch: [{ type: 'page', anonymousId: 'a' }] };
    const problem = await api.problem('/v1/batch', { method: 'POST', key: null, body });
    expect(problem).toMatchObject({ status: 403, code: 'secret_key_exposed' });
  });

  test('nobody in between keeps an answer', async () => {
    const { headers } = await api.ask('/v1/segments');
    expect(headers.get('Cache-Control')).toBe('private, no-store');
  });
});

/** What a browser would send back. */
function cookieOf({ headers }: { readonly headers: Headers }): string {
  return headers.get('Set-Cookie')?.split(';')[0] ?? '';
}

function signedInWith(cookie: string): Question {
  return { key: null, headers: { Cookie: cookie } };
}

async function signIn(secretKey: string = FIRST.secretKey) {
  return await api.ask<SessionAnswer>('/v1/session', {
    method: 'POST',
    key: null,
    body: { secretKey },
  });
}

async function isSignedIn(cookie: string): Promise<boolean> {
  const { status } = await api.request('/v1/segments', signedInWith(cookie));
  return status === 200;
}

describe('the dashboard signs in', () => {
  test('with the secret key, and learns how to install the script', async () => {
    const answer = await signIn();
    const session = {
      role: 'admin',
      writeKey: FIRST.writeKey,
      host: 'http://localhost',
      snippet: `<script src="http://localhost/inkling.js" data-k="${FIRST.writeKey}"></script>`,
    };
    expect(answer).toMatchObject({ status: 200, json: session });
    const cookie = cookieOf(answer);
    expect((await api.ask('/v1/session', signedInWith(cookie))).json).toEqual(session);
    expect(await isSignedIn(cookie)).toBe(true);
  });

  test('with a cookie that no script and no other site can use', async () => {
    const { headers } = await signIn();
    const attributes = (headers.get('Set-Cookie') ?? '').split('; ').slice(1);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict']);
    expect(headers.get('Set-Cookie')).not.toContain(FIRST.secretKey);
  });

  test('over https with a cookie that travels nowhere else', async () => {
    const response = await api.request('https://ink.example/v1/session', {
      method: 'POST',
      key: null,
      body: { secretKey: FIRST.secretKey },
    });
    expect(response.headers.get('Set-Cookie')).toContain('Secure');
  });

  test('each to their own site', async () => {
    const cookie = cookieOf(await signIn(SECOND.secretKey));
    const { json } = await api.ask<SessionAnswer>('/v1/session', signedInWith(cookie));
    expect(json.writeKey).toBe(SECOND.writeKey);
  });

  test.each([
    ['another key', { secretKey: 'sk_unheard_of' }, 401],
    ['a write key', { secretKey: FIRST.writeKey }, 401],
    ['no key', {}, 401],
    ['a number', { secretKey: 1 }, 401],
    ['a list', [FIRST.secretKey], 401],
    ['null', null, 401],
    ['no JSON', '{', 400],
    ['too much', { secretKey: 'x'.repeat(5_000) }, 413],
  ])('not with %s', async (_, body, status) => {
    const asked = { method: 'POST', key: null, body };
    expect(await api.problem('/v1/session', asked)).toMatchObject({ status });
    expect((await api.request('/v1/session', asked)).headers.get('Set-Cookie')).toBeNull();
  });

  test('and out: the browser forgets its cookie', async () => {
    const cookie = cookieOf(await signIn());
    const out = await api.request('/v1/session', { method: 'DELETE', ...signedInWith(cookie) });
    expect(out.status).toBe(204);
    expect(out.headers.get('Set-Cookie')).toMatch(/^ink_session=; Max-Age=0; Path=\//);
    expect(await isSignedIn(cookieOf(out))).toBe(false);
  });

  test('for 30 days to the millisecond', async () => {
    const cookie = cookieOf(await signIn());
    api.nowMs += 30 * DAY_MS - 1;
    expect(await isSignedIn(cookie)).toBe(true);
    api.nowMs += 1;
    expect(await isSignedIn(cookie)).toBe(false);
  });

  test('a wrong key beside a good cookie is a wrong key', async () => {
    const { headers } = signedInWith(cookieOf(await signIn()));
    const problem = await api.problem('/v1/segments', {
      key: 'sk_unheard_of',
      headers: headers ?? {},
    });
    expect(problem.code).toBe('unknown_key');
  });
});

describe('a cookie of one’s own making opens nothing', () => {
  const VALUE = /^ink_session=(\d+)\.(\d+)\.(.+)$/;
  const parts = async () => {
    const [, site = '', expires = '', signature = ''] = VALUE.exec(cookieOf(await signIn())) ?? [];
    expect(signature).not.toBe('');
    return { site, expires, signature };
  };

  test('the untouched one does', async () => {
    const { site, expires, signature } = await parts();
    expect(await isSignedIn(`ink_session=${site}.${expires}.${signature}`)).toBe(true);
  });

  test.each<[string, (of: Awaited<ReturnType<typeof parts>>) => string]>([
    ['another site', ({ expires, signature }) => `2.${expires}.${signature}`],
    ['a later end', ({ site, expires, signature }) => `${site}.9${expires}.${signature}`],
    ['another signature', ({ site, expires, signature }) => `${site}.${expires}.A${signature}`],
    ['no signature', ({ site, expires }) => `${site}.${expires}`],
    ['an empty signature', ({ site, expires }) => `${site}.${expires}.`],
    ['nothing', () => ''],
    ['noise', () => '%ff%00;'],
  ])('%s', async (_, forge) => {
    expect(await isSignedIn(`ink_session=${forge(await parts())}`)).toBe(false);
  });
});

describe('the link of the start', () => {
  const open = (token: string) => api.request(`/sign-in?token=${token}`, { key: null });

  test('signs in once', async () => {
    const first = await open(SIGN_IN_TOKEN);
    expect([first.status, first.headers.get('Location')]).toEqual([303, '/']);
    expect(await isSignedIn(cookieOf(first))).toBe(true);
    const second = await open(SIGN_IN_TOKEN);
    expect([second.status, cookieOf(second)]).toEqual([303, '']);
  });

  test.each(['', 'guess', `${SIGN_IN_TOKEN}x`, SIGN_IN_TOKEN.slice(1), 'é'.repeat(12)])(
    'does not with %j, which does not use it up either',
    async (token) => {
      expect(cookieOf(await open(encodeURIComponent(token)))).toBe('');
      expect(cookieOf(await open(SIGN_IN_TOKEN))).not.toBe('');
    },
  );
});
