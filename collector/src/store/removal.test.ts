import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openWriter } from './open.ts';
import { createRemovalStore } from './removal.ts';
import { message, site } from './schema.ts';

let folder = '';
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-removal-'));
  database = await openWriter({ url: `file:${join(folder, 'inkling.db')}` });
  const row = { timeZone: 'UTC', revision: 0, createdAtMs: 0 };
  await database.insert(site).values([1, 2].map((id) => ({ ...row, id, name: `Site ${id}` })));
  const messages = Array.from({ length: 11 }, (_, place) => ({
    ...{ bucket: place % 3, site: 1 + (place % 2), messageId: `m${place}` },
  }));
  await database.insert(message).values(messages);
});
afterEach(() => {
  database.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a removal goes on where it was, whoever goes on with it, a few rows at a time', async () => {
  expect(await createRemovalStore(database).begin(2)).toBe(true);
  expect(await createRemovalStore(database).begin(2)).toBe(false);
  let left = await database.$count(message);
  // Each step is of another process, which knows what is noted and no more.
  while (await createRemovalStore(database, 2).step(2)) {
    const now = await database.$count(message);
    expect(left - now).toBeLessThanOrEqual(2);
    left = now;
  }
  const kept = await database.select().from(message);
  expect(kept.map((row) => row.site)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await createRemovalStore(database).load()).toEqual([{ site: 2, isLeft: false }]);
});
