import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, startApi, view, viewers, type Wire } from '../../testing/api.ts';
import { type Receiver, startReceiver } from '../../testing/receiver.ts';
import { startStory } from '../../testing/story.ts';
import type { AuditAnswer, NewSiteAnswer, Page, SiteAnswer } from '../query/answers.ts';
import * as schema from '../store/schema.ts';

let api: Api;
let receiver: Receiver;
beforeEach(async () => {
  api = await startApi({}, { scored: true });
  receiver = await startReceiver();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
  await receiver.close();
});

/** Notes of the database itself, the removal's among them. */
const OF_NO_SITE = 'meta';
const TABLES = Object.values(schema)
  .filter((each) => is(each, SQLiteTable))
  .map((table) => getTableConfig(table).name)
  .filter((name) => name !== OF_NO_SITE);

const byText = (a: string, b: string) => (a < b ? -1 : 1);

/** Everything that the database holds, by table. */
async function contents(): Promise<Readonly<Record<string, readonly string[]>>> {
  const read = async (name: string): Promise<[string, readonly string[]]> => {
    const { rows } = await api.database.$client.execute(`SELECT * FROM ${name}`);
    return [name, rows.map((row) => JSON.stringify(Object.values(row))).sort(byText)];
  };
  return Object.fromEntries(await Promise.all(TABLES.map(read)));
}

const make = async () =>
  (await api.ask<NewSiteAnswer>('/v1/sites', { method: 'POST', body: { name: 'Shop' } })).json;
const remove = (id: string, key: string = FIRST.secretKey) => ({
  ...{ path: `/v1/sites/${id}`, asked: { method: 'DELETE', key } },
});

/** Lets a site have something of everything. */
async function fill({ writeKey, secretKey: key }: Pick<NewSiteAnswer, 'writeKey' | 'secretKey'>) {
  const post = async (path: string, body: Wire) => {
    const { status } = await api.ask(path, { method: 'POST', key, body });
    expect(status).toBe(201);
  };
  await post('/v1/webhooks', { url: `${receiver.url}/hook`, types: ['segment.entered'] });
  await post('/v1/segments', viewers('seen', '/pricing'));
  await api.sendTo(
    writeKey,
    view('a', '/pricing'),
    { type: 'identify', anonymousId: 'a', userId: 'ada', traits: { plan: 'pro' } },
    { type: 'group', userId: 'ada', groupId: 'acme', traits: { size: 3 } },
    view('b', '/pricing'),
    view('gone', '/pricing'),
    { type: 'track', userId: 'nameless' },
  );
  await api.ask('/v1/profiles/gone', { method: 'DELETE', key });
  await api.sendOut(5_000);
  await api.sendOut();
}

async function untilGone(id: string): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    const sql = `SELECT value FROM meta WHERE name = 'removed_site:${id}'`;
    const { rows } = await api.database.$client.execute(sql);
    if (rows[0]?.value === '') return;
    await api.wait(0);
  }
  throw new Error(`Site ${id} is still being removed`);
}

test('a removed site leaves nothing in any table, and nothing of others changes', async () => {
  await fill(FIRST);
  const before = await contents();
  const made = await make();
  await fill(made);
  const full = await contents();
  for (const name of TABLES) {
    expect(full[name]?.length, `${name}: let fill() make a row`).toBeGreaterThan(
      before[name]?.length ?? 0,
    );
  }

  const { path, asked } = remove(made.id);
  expect(await api.ask(path, asked)).toMatchObject({ status: 204 });
  const gone = { key: made.secretKey };
  expect(await api.problem('/v1/sites/current', gone)).toMatchObject({ code: 'unknown_key' });
  const batch = { writeKey: made.writeKey, batch: [{ ...view('c', '/'), messageId: 'late' }] };
  const sent = { method: 'POST', key: null, body: batch };
  expect(await api.problem('/v1/batch', sent)).toMatchObject({ code: 'unknown_key' });

  await untilGone(made.id);
  await api.wait(5_000);
  expect(await contents()).toEqual(before);
  const audit = await api.ask<AuditAnswer>('/v1/audit', { method: 'POST' });
  expect(audit.json).toMatchObject({ differing: [] });
  expect(audit.json.checked).toBeGreaterThan(0);
});

test('what comes due of its people while it goes does not hold up others', async () => {
  const made = await make();
  await fill(made);
  const { path, asked } = remove(made.id);
  api.nowMs += 3_600_000;
  expect(await api.ask(path, asked)).toMatchObject({ status: 204 });
  expect(await api.send(view('z', '/'))).toMatchObject({ accepted: 1 });
  await untilGone(made.id);
});

test('what was counted of its events and not yet saved goes, too', async () => {
  const made = await make();
  const before = (await contents()).seen;
  await api.sendTo(made.writeKey, view('a', '/'));
  const { path, asked } = remove(made.id);
  await api.ask(path, asked);
  await untilGone(made.id);
  await api.wait(5_000);
  await api.wait(0);
  expect((await contents()).seen).toEqual(before);
});

test('a restart goes on with it', async () => {
  const first = await startStory();
  await first.send({ anonymousId: 'a', path: '/pricing', sessionId: '1' });
  // Told to end in the same moment, the writer notes the removal and does no more.
  const removed = first.writer.removeSite(1);
  const story = await first.restart();
  try {
    expect(await removed).toBe(true);
    const left = async () => Number((await story.sql('SELECT count(*) FROM event'))[0]?.[0]);
    for (let turn = 0; turn < 100 && (await left()) > 0; turn += 1) await story.writer.count([]);
    expect(await left()).toBe(0);
    expect(await story.send({ anonymousId: 'a', path: '/' })).toEqual({ kind: 'removed' });
    expect(story.reported).toEqual([]);
  } finally {
    await story.end();
  }
});

test('its number is never given again', async () => {
  const made = await make();
  const { path, asked } = remove(made.id);
  await api.ask(path, asked);
  expect(Number((await make()).id)).toBe(Number(made.id) + 1);
  expect(await api.problem(path, asked)).toMatchObject({ status: 404, code: 'not_found' });
});

test.each([
  ['the default site', '1', FIRST.secretKey, 'in_use'],
  ['a site that is not there', '77', FIRST.secretKey, 'not_found'],
  ['what is no number', 'shop', FIRST.secretKey, 'not_found'],
  ['another site by its own key', '2', SECOND.secretKey, 'forbidden'],
  ['a site by a key that reads', '2', FIRST.readKey, 'forbidden'],
])('%s is not removed', async (_, id, key, code) => {
  const { path, asked } = remove(id, key);
  expect(await api.problem(path, asked)).toMatchObject({ code });
  const { json } = await api.ask<Page<SiteAnswer>>('/v1/sites');
  expect(json.data.map((site) => site.id)).toEqual(['1', '2']);
});
