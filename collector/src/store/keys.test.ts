import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureKeys, loadKeys } from './keys.ts';
import { type Database, openWriter } from './open.ts';
import { key } from './schema.ts';

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-keys-'));
  database = await openWriter({ url: `file:${join(folder, 'inkling.db')}` });
});
afterEach(() => {
  database.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

const GIVEN = { timeZone: 'UTC' };

async function start(nowMs = 0) {
  const ensured = await ensureKeys(database, GIVEN, nowMs);
  return { ...ensured, keys: await loadKeys(database) };
}

describe('a first start', () => {
  test('makes a key that writes and one that may do all', async () => {
    const { writeKey, newSecretKey = '', keys } = await start();
    expect(keys.site(writeKey)).toMatchObject({ id: 1, writeKey });
    expect(keys.holderOf(newSecretKey)).toMatchObject({ role: 'admin', site: { id: 1 } });
  });

  test('is told the keys by its owner', async () => {
    const given = { ...GIVEN, writeKey: 'wk_mine', secretKey: 'sk_mine' };
    expect(await ensureKeys(database, given, 0)).not.toHaveProperty('newSecretKey');
    const keys = await loadKeys(database);
    expect(keys.site('wk_mine')?.id).toBe(1);
    expect(keys.holderOf('sk_mine')?.role).toBe('admin');
  });

  test('gives neither key the powers of the other', async () => {
    const { writeKey, newSecretKey = '', keys } = await start();
    expect(keys.holderOf(writeKey)).toBeUndefined();
    expect(keys.site(newSecretKey)).toBeUndefined();
  });
});

test('a second start makes no keys and leaves the ids as they are', async () => {
  const first = await start();
  const second = await start(1);
  expect(second).not.toHaveProperty('newSecretKey');
  expect(second.writeKey).toBe(first.writeKey);
  const secret = first.newSecretKey ?? '';
  expect(second.keys.holderOf(secret)).toEqual(first.keys.holderOf(secret));
});

test('keys from before there were roles may do all, and get an id', async () => {
  const hash = createHash('sha256').update('sk_old').digest('hex');
  await start();
  await database.insert(key).values({ hash, site: 1, kind: 'secret', createdAtMs: 0 });
  expect((await loadKeys(database)).holderOf('sk_old')).toBeUndefined();
  const { keys } = await start(1);
  const holder = keys.holderOf('sk_old');
  expect(holder).toMatchObject({ role: 'admin', key: expect.stringMatching(/^key_[\w-]{12}$/) });
  expect(keys.holderById(holder?.key ?? '')).toEqual(holder);
});

test('a key that was taken away since is known until keys are read anew', async () => {
  const { newSecretKey = '', keys } = await start();
  await database.delete(key);
  expect(keys.holderOf(newSecretKey)).toBeDefined();
  await keys.reload();
  expect(keys.holderOf(newSecretKey)).toBeUndefined();
});
