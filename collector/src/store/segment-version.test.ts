import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWriter } from './open.ts';
import { segmentVersion } from './schema.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-version-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a segment from before versions were kept has its current one', async () => {
  const url = `file:${join(folder, 'old.db')}`;
  const old = join(folder, 'drizzle');
  cpSync(MIGRATIONS, old, { recursive: true });
  const journal = join(old, 'meta/_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: unknown[] };
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 1) }));
  const client = createClient({ url });
  await migrate(drizzle({ client }), { migrationsFolder: old });
  const definition = '{"id":"pricing"}';
  await client.execute({
    sql: `INSERT INTO segment (key, site, id, version, revision, definition, profiles_total, created_at, updated_at)
      VALUES (7, 1, 'pricing', 3, 5, ?, 0, 10, 20)`,
    args: [definition],
  });
  client.close();

  const database = await openWriter({ url });
  expect(await database.select().from(segmentVersion)).toEqual([
    {
      ...{ segment: 7, version: 3, site: 1, id: 'pricing', definition },
      ...{ savedAtMs: 20, removedAtMs: null },
    },
  ]);
  database.$client.close();
});
