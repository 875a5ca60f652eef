import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@libsql/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outgoingSuite } from '../../testing/outgoing-suite.ts';
import { NO_CHANGES, personOf, storeSuite } from '../../testing/store-suite.ts';
import { bucketOfId, createIdMaker } from '../identity/own-id.ts';
import { createLibsqlStore } from './libsql-store.ts';
import { openWriter } from './open.ts';
import type { Changes, Store } from './store.ts';

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-store-'));
  const { $client: client } = await openWriter({ url: `file:${join(folder, 'inkling.db')}` });
  const close = async () => {
    client.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { store: createLibsqlStore(client), client, close };
}

storeSuite('a store in a libSQL file', open);
outgoingSuite('webhooks in a libSQL file', open);

describe('the rows of a libSQL file', () => {
  let client: Client;
  let store: Store;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ client, store, close } = await open());
  });
  afterEach(() => close());

  const ids = createIdMaker(0, 1_800_000_000_000);
  const save = (changes: Partial<Changes>) =>
    store.tx((unit) => unit.save({ ...NO_CHANGES, ...changes }));
  const rows = async (sql: string) =>
    (await client.execute(sql)).rows.map((row) => Object.values(row));

  test('members come and go, and are counted by bucket', async () => {
    const [a, b, c] = [ids.next(1), ids.next(1), ids.next(2)];
    const entered = [a, b, c].map((profile) => ({ profile, segment: 9, enteredAtMs: 100 }));
    await save({ entered });
    const SIZE = 'SELECT bucket, members FROM member_count WHERE segment = 9 ORDER BY bucket';
    expect(await rows(SIZE)).toEqual([
      [1, 2],
      [2, 1],
    ]);
    await save({ left: [{ profile: a, segment: 9 }] });
    expect(await rows(SIZE)).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(await rows('SELECT profile, entered_at FROM member ORDER BY profile')).toEqual([
      [b, 100],
      [c, 100],
    ]);
  });

  test('a member whose entry moves leaves and enters in one go, and is counted once', async () => {
    const profile = ids.next(1);
    await save({ entered: [{ profile, segment: 9, enteredAtMs: 100 }] });
    await save({
      left: [{ profile, segment: 9 }],
      entered: [{ profile, segment: 9, enteredAtMs: 50 }],
    });
    expect(await rows('SELECT entered_at FROM member')).toEqual([[50]]);
    expect(await rows('SELECT members FROM member_count')).toEqual([[1]]);
  });

  test('every change of a membership is kept with its cause', async () => {
    const [profile, id, other] = [ids.next(1), ids.next(1), ids.next(1)];
    const shared = { profile, segment: 9, version: 2, recordedAtMs: 7 };
    await save({
      log: [
        { ...shared, id: other, direction: 'left', effectiveAtMs: 6, cause: 'time' },
        { ...shared, id, direction: 'entered', effectiveAtMs: 5, cause: 'event', event: 44 },
      ],
    });
    expect(await rows('SELECT * FROM member_log ORDER BY id')).toEqual([
      [1, profile, id, 9, 2, 1, 5, 7, 'event', 44],
      [1, profile, other, 9, 2, -1, 6, 7, 'time', null],
    ]);
  });

  test('every id that somebody got or lost is kept with what told so', async () => {
    const [profile, id, other] = [ids.next(1), ids.next(1), ids.next(1)];
    const shared = { site: 3, profile, into: profile, atMs: 5, recordedAtMs: 7 };
    const [a, e] = [
      { kind: 'anonymous', value: 'a' } as const,
      { kind: 'email', value: 'e' } as const,
    ];
    await save({
      identityLog: [
        { ...shared, id: other, action: 'unmerge', name: a, from: 44, by: 'api' },
        { ...shared, id, action: 'link', name: e, by: 'event', event: 9 },
      ],
    });
    expect(await rows('SELECT * FROM identity_log ORDER BY id')).toEqual([
      [1, profile, id, 3, 'link', 'email', 'e', profile, null, 5, 7, 'event', 9],
      [1, profile, other, 3, 'unmerge', 'anonymous', 'a', profile, 44, 5, 7, 'api', null],
    ]);
  });

  test('the highest tick is kept', async () => {
    await save({ tick: 41 });
    await save({ tick: 42 });
    expect(await rows("SELECT value FROM meta WHERE name = 'tick'")).toEqual([['42']]);
  });

  test('numbers lie there as integers', async () => {
    const person = personOf({ userId: 'u' });
    await save({
      profiles: [person],
      entered: [{ profile: person.id, segment: 9, enteredAtMs: 100 }],
    });
    const types = `SELECT typeof(id), typeof(bucket), typeof(site), typeof(revision),
      typeof(next_due) FROM profile`;
    expect(await rows(types)).toEqual([['integer', 'integer', 'integer', 'integer', 'null']]);
    expect(await rows('SELECT typeof(entered_at), typeof(profile) FROM member')).toEqual([
      ['integer', 'integer'],
    ]);
  });

  test('people are written in the order of their place', async () => {
    const people = [900, 3, 512, 3, 77].map((bucket) => personOf({ id: ids.next(bucket) }));
    await save({ profiles: people });
    const inOrder = people
      .map(({ id }) => [bucketOfId(id), id])
      .sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
    expect(await rows('SELECT bucket, id FROM profile ORDER BY rowid')).toEqual(inOrder);
  });
});
