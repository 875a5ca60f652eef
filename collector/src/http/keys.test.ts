import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, SIGN_IN_TOKEN, startApi, view } from '../../testing/api.ts';
import type { KeyAnswer, NewKeyAnswer, Page, SessionAnswer } from '../query/answers.ts';
import { KEYS_PER_SITE_MAX } from '../store/key-rows.ts';
import { loadKeys } from '../store/keys.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function make(name: string, role: KeyAnswer['role'], key: string = FIRST.secretKey) {
  const question = { method: 'POST', body: { name, role }, key };
  return await api.ask<NewKeyAnswer>('/v1/keys', question);
}

async function list(key: string = FIRST.secretKey): Promise<readonly KeyAnswer[]> {
  return (await api.ask<Page<KeyAnswer>>('/v1/keys', { key })).json.data;
}

async function remove(id: string, key: string = FIRST.secretKey): Promise<number> {
  return (await api.request(`/v1/keys/${id}`, { method: 'DELETE', key })).status;
}

async function idOf(role: KeyAnswer['role'], key: string = FIRST.secretKey): Promise<string> {
  return (await list(key)).find((each) => each.role === role)?.id ?? '';
}

describe('a key', () => {
  test('is shown once, and works at once', async () => {
    const { status, json } = await make('  Report  ', 'read');
    expect(status).toBe(201);
    expect(json).toMatchObject({ name: 'Report', role: 'read', current: false });
    expect(json.value).toMatch(/^sk_[\w-]{24}$/);
    expect((await api.request('/v1/segments', { key: json.value })).status).toBe(200);
    const listed = (await list()).find(({ id }) => id === json.id);
    const { value: _, ...rest } = json;
    expect(listed).toEqual(rest);
  });

  test('is kept as a hash, unless it is public', async () => {
    const { value } = (await make('Report', 'read')).json;
    const written = (await make('Shop', 'write')).json;
    const { rows } = await api.database.$client.execute('SELECT * FROM key');
    expect(JSON.stringify(rows)).not.toContain(value);
    expect(JSON.stringify(rows)).toContain(written.value);
    expect((await list()).find(({ id }) => id === written.id)?.value).toBe(written.value);
  });

  test('that writes lets events in and answers nothing', async () => {
    const { value } = (await make('Shop', 'write')).json;
    expect(value).toMatch(/^wk_/);
    expect((await api.sendTo(value, view('a', '/'))).accepted).toBe(1);
    expect(await api.problem('/v1/segments', { key: value })).toMatchObject({ status: 403 });
  });

  test('is listed with what it may do, the one asked with marked', async () => {
    const keys = await list(FIRST.readKey);
    expect(keys.map(({ role, current }) => ({ role, current })).sort(byRole)).toEqual([
      { role: 'admin', current: false },
      { role: 'read', current: true },
      { role: 'write', current: false },
    ]);
    expect(keys.filter(({ value }) => value !== undefined)).toMatchObject([
      { role: 'write', value: FIRST.writeKey },
    ]);
  });

  test.each([
    ['no name', { role: 'read' }],
    ['a blank name', { name: ' ', role: 'read' }],
    ['a name of 101 characters', { name: 'x'.repeat(101), role: 'read' }],
    ['a name with NUL', { name: 'a\0b', role: 'read' }],
    ['half of a character', '{"name":"\\ud800","role":"read"}'],
    ['no role', { name: 'Report' }],
    ['a role that is none', { name: 'Report', role: 'owner' }],
    ['a member that is none', { name: 'Report', role: 'read', site: 2 }],
    ['a list', []],
  ])('is not made with %s', async (_, body) => {
    const problem = await api.problem('/v1/keys', { method: 'POST', body });
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.errors?.length).toBeGreaterThan(0);
    expect(await list()).toHaveLength(3);
  });

  test('is one of at most a hundred', async () => {
    for (let made = 3; made < KEYS_PER_SITE_MAX; made += 1) await make(`Key ${made}`, 'read');
    expect(await list()).toHaveLength(KEYS_PER_SITE_MAX);
    const more = { method: 'POST', body: { name: 'One more', role: 'read' } };
    const problem = await api.problem('/v1/keys', more);
    expect(problem).toMatchObject({ status: 409, code: 'conflict', limit: KEYS_PER_SITE_MAX });
    expect((await make('Another site’s', 'read', SECOND.secretKey)).status).toBe(201);
  });
});

describe('a key that is removed', () => {
  test('is good for nothing from then on', async () => {
    const { id, value } = (await make('Report', 'read')).json;
    expect(await remove(id)).toBe(204);
    const problem = await api.problem('/v1/segments', { key: value });
    expect(problem).toMatchObject({ status: 401, code: 'unknown_key' });
    expect(await remove(id)).toBe(404);
  });

  test('lets no event in any more', async () => {
    const { id, value } = (await make('Shop', 'write')).json;
    expect(await remove(id)).toBe(204);
    const body = { writeKey: value, batch: [view('a', '/')] };
    const problem = await api.problem('/v1/batch', { method: 'POST', key: null, body });
    expect(problem).toMatchObject({ status: 401, code: 'unknown_key' });
  });

  test('stays removed after a restart', async () => {
    const { id, value } = (await make('Report', 'admin')).json;
    await remove(id);
    expect((await loadKeys(api.database)).holderOf(value)).toBeUndefined();
  });

  test('is not the one that asks', async () => {
    const problem = await api.problem(`/v1/keys/${await idOf('admin')}`, { method: 'DELETE' });
    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
  });

  test('is not the last that may do all, whoever asks', async () => {
    const cookie = await cookieOfLink();
    const headers = { Cookie: cookie };
    const address = `/v1/keys/${await idOf('admin')}`;
    const byLink = { method: 'DELETE', key: null, headers };
    expect(await api.problem(address, byLink)).toMatchObject({ status: 409, code: 'in_use' });
    await make('Another', 'admin');
    expect((await api.request(address, byLink)).status).toBe(204);
  });

  test('is one of two that are removed by each other at once, not both', async () => {
    const other = (await make('Another', 'admin')).json;
    const own = await idOf('admin');
    const statuses = await Promise.all([remove(other.id), remove(own, other.value)]);
    expect(statuses.sort((a, b) => a - b)).toEqual([204, 409]);
    const left = await api.database.$client.execute(
      "SELECT count(*) FROM key WHERE site = 1 AND role = 'admin'",
    );
    expect(left.rows[0]?.[0]).toBe(1);
  });

  test('is not the last that writes', async () => {
    const id = await idOf('write');
    expect(await remove(id)).toBe(409);
    await make('Shop', 'write');
    expect(await remove(id)).toBe(204);
  });

  test('is never one of another site', async () => {
    const theirs = await idOf('read', SECOND.secretKey);
    expect(await remove(theirs)).toBe(404);
    expect((await api.request('/v1/segments', { key: SECOND.readKey })).status).toBe(200);
  });
});

describe('a session', () => {
  test('is worth what its key is worth', async () => {
    const { session, headers } = await signIn(FIRST.readKey);
    expect(session.role).toBe('read');
    expect((await api.request('/v1/segments', { key: null, headers })).status).toBe(200);
    const change = { method: 'PUT', key: null, headers, body: { identifyByEmail: true } };
    const problem = await api.problem('/v1/sites/current', change);
    expect(problem).toMatchObject({ status: 403, code: 'forbidden' });
    const admin = await signIn(FIRST.secretKey);
    const again = { ...change, headers: admin.headers };
    expect((await api.request('/v1/sites/current', again)).status).toBe(200);
  });

  test('ends with its key', async () => {
    const { id, value } = (await make('Report', 'read')).json;
    const { headers } = await signIn(value);
    await remove(id);
    const problem = await api.problem('/v1/segments', { key: null, headers });
    expect(problem).toMatchObject({ status: 401, code: 'missing_key' });
  });

  test('does not remove the key that it was opened with', async () => {
    const { headers } = await signIn(FIRST.secretKey);
    await make('Another', 'admin');
    const id = await idOf('admin');
    const problem = await api.problem(`/v1/keys/${id}`, { method: 'DELETE', key: null, headers });
    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
  });

  test('by the link of the start may do all and hangs on no key', async () => {
    const headers = { Cookie: await cookieOfLink() };
    const answer = await api.ask<Page<KeyAnswer>>('/v1/keys', { key: null, headers });
    expect(answer.json.data.every(({ current }) => !current)).toBe(true);
    const body = { name: 'Report', role: 'read' };
    const made = await api.request('/v1/keys', { method: 'POST', key: null, headers, body });
    expect(made.status).toBe(201);
  });
});

async function signIn(secretKey: string) {
  const question = { method: 'POST', key: null, body: { secretKey } };
  const { json, headers } = await api.ask<SessionAnswer>('/v1/session', question);
  return { session: json, headers: { Cookie: cookieIn(headers) } };
}

async function cookieOfLink(): Promise<string> {
  const { headers } = await api.request(`/sign-in?token=${SIGN_IN_TOKEN}`, { key: null });
  return cookieIn(headers);
}

function cookieIn(headers: Headers): string {
  return headers.get('Set-Cookie')?.split(';')[0] ?? '';
}

function byRole(a: Pick<KeyAnswer, 'role'>, b: Pick<KeyAnswer, 'role'>): number {
  return a.role < b.role ? -1 : 1;
}
