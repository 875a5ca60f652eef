import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, START_MS, startApi, view, type Wire } from '../../testing/api.ts';
import { QUARANTINE_ROWS_MAX, QUARANTINE_ROWS_SPARE } from '../ingest/intake.ts';
import type { Page, QuarantineAnswer } from '../query/answers.ts';
import { bind } from '../store/bind.ts';

const DAY_MS = 86_400_000;

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function quarantine(query = '', key: string = FIRST.readKey) {
  return (await api.ask<Page<QuarantineAnswer>>(`/v1/quarantine${query}`, { key })).json;
}

const nameless = (name: string): Wire => ({ type: 'track', userId: name });

describe('a rejected event', () => {
  test('is kept as it came, with what was wrong, where and when', async () => {
    const wrong = { type: 'track', userId: 'u', event: 'E', properties: { list: [{ a: 'x\0' }] } };
    const answer = await api.send(view('a', '/'), { messageId: 'bad', ...wrong });
    expect(answer).toMatchObject({ accepted: 1, rejected: 1 });
    const { data, next } = await quarantine();
    expect(data).toEqual([
      {
        id: expect.stringMatching(/^rej_/),
        receivedAt: new Date(START_MS).toISOString(),
        key: expect.stringMatching(/^key_/),
        code: 'invalid',
        pointer: '/properties/list/0/a',
        detail: '/batch/1/properties/list/0/a contains NUL or half a surrogate pair',
        messageId: 'bad',
        event: { messageId: 'bad', ...wrong, properties: { list: [{ a: 'x\uFFFD' }] } },
        cut: false,
      },
    ]);
    expect(next).toBeNull();
  });

  test('is told to its sender without what is kept of it', async () => {
    const answer = await api.send(nameless('u'));
    expect(new Set(Object.keys(answer.results[0] ?? {}))).toEqual(
      new Set(['index', 'messageId', 'status', 'code', 'detail']),
    );
  });

  test.each<[string, Wire, Partial<QuarantineAnswer>]>([
    ['too old', { ...view('a', '/'), timestamp: '1999-01-01' }, { code: 'too_old', pointer: '' }],
    [
      'of nobody',
      { type: 'page', anonymousId: 'undefined' },
      { code: 'placeholder_id', pointer: '/anonymousId' },
    ],
    [
      'too large',
      { ...view('a', '/'), properties: { text: 'x'.repeat(33_000) } },
      { code: 'too_large', pointer: '', cut: true },
    ],
    [
      'of no type',
      { type: 'visit', userId: 'u' },
      { code: 'invalid', pointer: '/type', cut: false },
    ],
  ])('that is %s says so', async (_, event, expected) => {
    await api.send(event);
    expect((await quarantine()).data).toMatchObject([expected]);
  });

  test('that came alone is kept, too', async () => {
    const body = { writeKey: FIRST.writeKey, userId: 'u' };
    await api.request('/v1/track', { method: 'POST', key: null, body });
    const { data } = await quarantine();
    expect(data).toMatchObject([{ pointer: '/event', event: { userId: 'u' } }]);
  });

  test('is kept without secrets', async () => {
    await api.send({ type: 'track', userId: 'u', properties: { password: 'hunter2' } });
    expect((await quarantine()).data[0]?.event).toMatchObject({
      properties: { password: '[removed]' },
    });
    const { rows } = await api.database.$client.execute('SELECT event FROM quarantine');
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  test('is the business of its site alone', async () => {
    await api.send(nameless('u'));
    expect((await quarantine('', SECOND.readKey)).data).toEqual([]);
    expect((await api.problem('/v1/quarantine', { key: FIRST.writeKey })).code).toBe('forbidden');
  });
});

describe('the list', () => {
  const users = ({ data }: Page<QuarantineAnswer>) =>
    data.map(({ event }) => (event as { readonly userId?: string }).userId);

  test('has the newest first, page by page', async () => {
    await api.send(nameless('1'), nameless('2'), nameless('3'));
    await api.send(nameless('4'), nameless('5'));
    const first = await quarantine('?limit=2');
    expect(users(first)).toEqual(['5', '4']);
    const second = await quarantine(`?limit=2&cursor=${first.next}`);
    expect(users(second)).toEqual(['3', '2']);
    const third = await quarantine(`?limit=2&cursor=${second.next}`);
    expect(users(third)).toEqual(['1']);
    expect(third.next).toBeNull();
  });

  test('can be of one reason', async () => {
    const old = (userId: string) => ({ type: 'page', userId, timestamp: '1999-01-01' });
    await api.send(nameless('1'), old('2'), nameless('3'), old('4'), old('5'));
    const first = await quarantine('?code=too_old&limit=2');
    expect(users(first)).toEqual(['5', '4']);
    expect(users(await quarantine(`?code=too_old&limit=2&cursor=${first.next}`))).toEqual(['2']);
    expect((await quarantine('?code=too_large')).data).toEqual([]);
  });

  test.each(['?code=nonsense', '?code=toString', '?cursor=x', '?limit=0'])(
    '%s is refused',
    async (query) => {
      const problem = await api.problem(`/v1/quarantine${query}`);
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );
});

describe('it is bounded', () => {
  const count = async (site: number) => {
    const sql = 'SELECT count(*) FROM quarantine WHERE site = ?';
    return Number((await api.database.$client.execute({ sql, args: bind(site) })).rows[0]?.[0]);
  };

  test('in number, of each site by itself: the oldest go', async () => {
    const flood = (from: number) =>
      Array.from({ length: 500 }, (_, index) => nameless(`u${from + index}`));
    await api.sendTo(SECOND.writeKey, nameless('other'));
    await api.send(nameless('oldest'));
    const most = QUARANTINE_ROWS_MAX + QUARANTINE_ROWS_SPARE;
    for (let sent = 0; sent < most + 1_000; sent += 500) {
      await api.send(...flood(sent));
      expect(await count(FIRST.id)).toBeLessThanOrEqual(most);
    }
    expect(await count(FIRST.id)).toBeGreaterThanOrEqual(QUARANTINE_ROWS_MAX);
    const { rows } = await api.database.$client.execute(
      `SELECT event FROM quarantine WHERE site = ${FIRST.id} ORDER BY id LIMIT 1`,
    );
    expect(String(rows[0]?.[0])).not.toContain('oldest');
    expect((await quarantine('?limit=1')).data[0]?.event).toMatchObject({
      userId: `u${most + 999}`,
    });
    expect(await count(SECOND.id)).toBe(1);
  });

  test('in age: after 30 days nothing is shown of it, and then it is removed', async () => {
    await api.send(nameless('u'));
    api.nowMs += 30 * DAY_MS;
    expect((await quarantine()).data).toHaveLength(1);
    api.nowMs += 1;
    expect((await quarantine()).data).toEqual([]);
    await api.wait(600_000);
    await api.wait(0);
    expect(await count(FIRST.id)).toBe(0);
  });
});
