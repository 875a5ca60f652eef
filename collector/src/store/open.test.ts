import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { filePathOf, openReader, openWriter } from './open.ts';
import { identity, identityLog, profile, site } from './schema.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-open-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Has a file to itself for a while, and then is gone. */
const HOLDER = `
  const { createClient } = require('@libsql/client');
  const client = createClient({ url: process.argv[1], concurrency: 1 });
  (async () => {
    await client.execute('PRAGMA journal_mode = wal');
    await client.execute('PRAGMA locking_mode = exclusive');
    await client.execute('CREATE TABLE held (id)');
    console.log('held');
    setTimeout(() => process.exit(), Number(process.argv[2]));
  })();`;

const HERE = fileURLToPath(new URL('.', import.meta.url));
const addressOf = (name: string) => ({ url: `file:${join(folder, name)}` });

async function pragma(client: Client, name: string): Promise<unknown> {
  return (await client.execute(`PRAGMA ${name}`)).rows[0]?.[0];
}

const SITE = {
  id: 1,
  name: 'Ünï',
  timeZone: 'UTC',
  revision: 0,
  identifyByEmail: 0,
  verifyIdentity: 0,
  createdAtMs: 1,
};

/** The migrations as they were before the one that speaks of `column`. */
function migrationsBefore(column: string): string {
  const copy = join(folder, 'migrations');
  cpSync(fileURLToPath(new URL('../../drizzle', import.meta.url)), copy, { recursive: true });
  const path = join(copy, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(path, 'utf8')) as { entries: { tag: string }[] };
  const isNew = ({ tag }: { tag: string }) =>
    readFileSync(join(copy, `${tag}.sql`), 'utf8').includes(column);
  journal.entries = journal.entries.slice(0, journal.entries.findIndex(isNew));
  if (journal.entries.length === 0) throw new Error(`No migration comes before ${column}`);
  writeFileSync(path, JSON.stringify(journal));
  return copy;
}

describe('the connection that writes', () => {
  test('has a commit on disk when it returns', async () => {
    const { $client: client } = await openWriter(addressOf('a.db'));
    expect(await pragma(client, 'journal_mode')).toBe('wal');
    expect(await pragma(client, 'synchronous')).toBe(2);
    expect(await pragma(client, 'busy_timeout')).toBe(50);
    client.close();
  });

  test('keeps that after transactions, failed ones too', async () => {
    const database = await openWriter(addressOf('a.db'));
    await database.transaction((tx) => tx.insert(site).values(SITE));
    await expect(database.transaction((tx) => tx.insert(site).values(SITE))).rejects.toThrow();
    expect(await pragma(database.$client, 'synchronous')).toBe(2);
    expect(await pragma(database.$client, 'busy_timeout')).toBe(50);
    database.$client.close();
  });

  test('waits for whoever was killed to let go of the file', async () => {
    const address = addressOf('a.db');
    const holder = spawn(process.execPath, ['-e', HOLDER, address.url, '300'], { cwd: HERE });
    await once(holder.stdout, 'data');
    const { $client: client } = await openWriter(address);
    expect(await pragma(client, 'busy_timeout')).toBe(50);
    client.close();
  });

  test('makes the folder and the tables', async () => {
    const database = await openWriter(addressOf('deep/down/a.db'));
    expect(existsSync(join(folder, 'deep/down/a.db'))).toBe(true);
    expect(await database.select().from(site)).toEqual([]);
    database.$client.close();
  });

  test('finds what was there, and changes nothing of it', async () => {
    for (const expected of [[], [SITE], [SITE]]) {
      const database = await openWriter(addressOf('a.db'));
      expect(await database.select().from(site)).toEqual(expected);
      if (expected.length === 0) await database.insert(site).values(SITE);
      database.$client.close();
    }
  });

  test('opens a database from before e-mails could be ids, and loses nothing of it', async () => {
    const client = createClient(addressOf('a.db'));
    await migrate(drizzle({ client }), { migrationsFolder: migrationsBefore('identify_by_email') });
    const rest = "1, '[[\"a\"],[9]]', '', 3, NULL";
    await client.executeMultiple(`
      INSERT INTO site (id, name, time_zone, revision, created_at) VALUES (1, 'Ünï', 'UTC', 0, 1);
      INSERT INTO profile (bucket, id, "into", user_id, site, ids, state, revision, next_due)
      VALUES (9, 9, NULL, 'ada', ${rest});
      INSERT INTO identity (bucket, site, kind, value, spans) VALUES (9, 1, 'user', 'ada', '[[0,9,9]]');
    `);
    client.close();
    const database = await openWriter(addressOf('a.db'));
    expect(await database.select().from(site)).toEqual([SITE]);
    expect(await database.select().from(profile)).toMatchObject([{ userId: 'ada', revision: 3 }]);
    expect(await database.select().from(identity)).toMatchObject([{ spans: '[[0,9,9]]' }]);
    expect(await database.select().from(identityLog)).toEqual([]);
    database.$client.close();
  });

  test.each(['with space', 'a%20b', 'a+b', 'ünï', "it's"])('finds its way to %j', async (name) => {
    const url = `file:${join(folder, encodeURIComponent(name), 'a.db')}`;
    const database = await openWriter({ url });
    expect(existsSync(join(folder, name, 'a.db'))).toBe(true);
    database.$client.close();
  });

  test('does not open what is no database', async () => {
    writeFileSync(
      join(folder, 'text.db'),
      'This is a text, and a long one, not a database. '.repeat(50),
    );
    mkdirSync(join(folder, 'folder.db'));
    writeFileSync(join(folder, 'file'), '');
    for (const name of ['text.db', 'folder.db', 'file/a.db']) {
      await expect(openWriter(addressOf(name)), name).rejects.toThrow();
    }
  });

  test('does not take a database that is gone with the process', async () => {
    await expect(openWriter({ url: 'file::memory:' })).rejects.toThrow(/journal_mode/);
  });
});

describe('a connection that reads', () => {
  test('sees every commit as it is made, and writes nothing', async () => {
    const writer = await openWriter(addressOf('a.db'));
    const reader = await openReader(addressOf('a.db'));
    expect(await reader.select().from(site)).toEqual([]);
    await writer.insert(site).values(SITE);
    expect(await reader.select().from(site)).toEqual([SITE]);
    await expect(reader.insert(site).values({ ...SITE, id: 2 })).rejects.toThrow();
    expect(await pragma(reader.$client, 'wal_autocheckpoint')).toBe(0);
    for (const { $client } of [reader, writer]) $client.close();
  });

  test('neither sees a commit that is not made, nor waits for it', async () => {
    const writer = await openWriter(addressOf('a.db'));
    const reader = await openReader(addressOf('a.db'));
    await writer.transaction(async (tx) => {
      await tx.insert(site).values(SITE);
      expect(await reader.select().from(site)).toEqual([]);
    });
    expect(await reader.select().from(site)).toEqual([SITE]);
    for (const { $client } of [reader, writer]) $client.close();
  });
});

test.each([
  ['file:data/a.db', 'data/a.db'],
  ['file:/var/a.db', '/var/a.db'],
  ['file:///var/a.db', '/var/a.db'],
  ['file:///var/a%20b.db', '/var/a b.db'],
  ['file:/var/a%20b.db', '/var/a b.db'],
  ['file:a.db?cache=shared', 'a.db'],
  ['file:a.db#x', 'a.db'],
  ['libsql://db.example', undefined],
  ['https://db.example/file:a', undefined],
])('the path of %s is %s', (url, path) => expect(filePathOf(url)).toBe(path));
