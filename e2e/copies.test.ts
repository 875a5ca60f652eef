import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BackUpOutcome, openFile } from '../collector/src/store/backup.ts';
import { openReader, openWriter } from '../collector/src/store/open.ts';
import { type RestoreWish, restore } from '../collector/src/store/restore.ts';
import { meta } from '../collector/src/store/schema.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-copies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const addressOf = (name: string) => ({ url: `file:${at(name)}` });

const DIST = new URL('../collector/dist/store/', import.meta.url);

/** What a script of {@link elsewhere} may use. */
const PRELUDE = `
  const { openReader, openWriter } = await import(${JSON.stringify(new URL('open.js', DIST))});
  const { backUp } = await import(${JSON.stringify(new URL('backup.js', DIST))});
`;

/**
 * Runs a script in a process of its own, which answers with JSON if it has something to say. The
 * driver gives up a file that it had open only when garbage is collected, or when its process ends.
 */
function elsewhere(script: string, shell = ''): ReturnType<typeof spawnSync> {
  const command = `${shell} exec "$0" --input-type=module -e "$1"`;
  const args = ['-c', command, process.execPath, PRELUDE + script];
  return spawnSync('bash', args, { encoding: 'utf8' });
}

/** Makes a database that says `value`, or says it anew. */
function say(name: string, value: string): void {
  const { stderr, status } = elsewhere(`
    const { $client } = await openWriter(${JSON.stringify(addressOf(name))});
    const args = ['said', ${JSON.stringify(value)}];
    await $client.execute({ sql: 'INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', args });
    $client.close();
  `);
  if (status !== 0) throw new Error(String(stderr));
}

async function said(name: string): Promise<unknown> {
  const client = openFile(at(name));
  const { rows } = await client.execute(`SELECT value FROM meta WHERE name = 'said'`);
  client.close();
  return rows[0]?.[0];
}

function copy(from: string, to: string): BackUpOutcome {
  const { stdout, stderr, status } = elsewhere(`
    const database = await openReader(${JSON.stringify(addressOf(from))});
    console.log(JSON.stringify(await backUp(database, ${JSON.stringify(at(to))})));
  `);
  if (status !== 0) throw new Error(String(stderr));
  return JSON.parse(String(stdout));
}

async function run(file: string, statements: string): Promise<void> {
  const client = openFile(at(file));
  await client.executeMultiple(statements);
  client.close();
}

/** Spoils what is in a file, from its second page on. */
function damage(name: string): void {
  const bytes = readFileSync(at(name));
  bytes.fill(0x5a, 4_096, bytes.length - 4_096);
  writeFileSync(at(name), bytes);
}

const putBack = (from: string, to: string, rest: Partial<RestoreWish> = {}) =>
  restore({ from: at(from), to: at(to), replaceUnreadable: false, nowMs: 0, ...rest });

describe('a backup', () => {
  test('is one file that says the same', async () => {
    say('db', 'one');
    expect(copy('db', 'it’s a "copy".db')).toMatchObject({ kind: 'done', events: 0 });
    expect(await said('it’s a "copy".db')).toBe('one');
    expect(readdirSync(folder).sort()).toEqual(['db', 'it’s a "copy".db']);
  });

  test('has what only the log of the original has', async () => {
    say('db', 'one');
    const writing = await openWriter(addressOf('db'));
    await writing.update(meta).set({ value: 'two' });
    expect(existsSync(at('db-wal'))).toBe(true);
    copy('db', 'copy');
    expect(await said('copy')).toBe('two');
    writing.$client.close();
  });

  test('is never written over anything', async () => {
    say('db', 'one');
    writeFileSync(at('copy'), 'precious');
    expect(copy('db', 'copy')).toEqual({ kind: 'exists' });
    expect(readFileSync(at('copy'), 'utf8')).toBe('precious');
  });

  test('is not made where there is no folder, nor of what is not ours', async () => {
    say('db', 'one');
    expect(copy('db', 'nowhere/copy')).toEqual({ kind: 'no-folder' });
    await run('foreign', 'CREATE TABLE t (a)');
    expect(copy('foreign', 'copy')).toEqual({ kind: 'foreign' });
    expect(existsSync(at('copy'))).toBe(false);
  });

  test('that does not fit on the disk leaves nothing behind', async () => {
    say('db', 'one');
    await run('db', 'CREATE TABLE big AS SELECT zeroblob(1000000) FROM meta');
    const limited = elsewhere(
      `await backUp(await openReader(${JSON.stringify(addressOf('db'))}), ${JSON.stringify(at('copy'))})`,
      // No file may have more than 512 KiB, as if the disk were full then.
      `ulimit -f 512; trap '' XFSZ;`,
    );
    expect(limited.status).not.toBe(0);
    expect(String(limited.stderr)).toMatch(/disk|full|I\/O/i);
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([]);
  });
});

describe('a restored backup', () => {
  beforeEach(async () => {
    say('db', 'one');
    copy('db', 'copy');
    say('db', 'two');
  });

  test('takes the place of the database, which is kept aside', async () => {
    const outcome = await putBack('copy', 'db');
    expect(outcome).toEqual({ kind: 'done', aside: at('db.1970-01-01T00-00-00-000Z.replaced') });
    expect(await said('db')).toBe('one');
    expect(await said('db.1970-01-01T00-00-00-000Z.replaced')).toBe('two');
    expect(await said('copy')).toBe('one');
    expect(readdirSync(folder)).toHaveLength(3);
    // It goes on where the backup was made.
    say('db', 'three');
    expect(await said('db')).toBe('three');
  });

  test('comes where nothing was', async () => {
    expect(await putBack('copy', 'new/db')).toEqual({ kind: 'done' });
    expect(await said('new/db')).toBe('one');
  });

  test.each(['openWriter', 'openReader'] as const)(
    'is refused as long as there is an %s',
    async (name) => {
      const database = await { openWriter, openReader }[name](addressOf('db'));
      await database.select().from(meta);
      expect(await putBack('copy', 'db')).toEqual({ kind: 'open' });
      expect(await database.select().from(meta)).toMatchObject([{ value: 'two' }]);
      database.$client.close();
    },
  );

  test('keeps aside also what a killed collector left in its log', async () => {
    elsewhere(`
      const { $client } = await openWriter(${JSON.stringify(addressOf('db'))});
      await $client.execute("UPDATE meta SET value = 'last'");
      process.kill(process.pid, 'SIGKILL');
    `);
    expect(existsSync(at('db-wal'))).toBe(true);
    expect(await putBack('copy', 'db')).toMatchObject({ kind: 'done' });
    expect(await said('db')).toBe('one');
    expect(await said('db.1970-01-01T00-00-00-000Z.replaced')).toBe('last');
  });

  const unchanged = async () => {
    expect(await said('db')).toBe('two');
    expect(readdirSync(folder).filter((name) => /partial|replaced/.test(name))).toEqual([]);
  };

  test('must be there, a file, and not in use', async () => {
    expect(await putBack('nothing', 'db')).toEqual({ kind: 'missing' });
    mkdirSync(at('folder'));
    expect(await putBack('folder', 'db')).toEqual({ kind: 'missing' });
    const writing = await openWriter(addressOf('copy'));
    await writing.update(meta).set({ value: 'only in the log' });
    expect(await putBack('copy', 'db')).toEqual({ kind: 'unfinished' });
    writing.$client.close();
    await unchanged();
  });

  test('must be whole', async () => {
    damage('copy');
    expect(await putBack('copy', 'db')).toMatchObject({ kind: 'damaged' });
    writeFileSync(at('text'), 'not a database, but as long as one: '.repeat(1_000));
    expect(await putBack('text', 'db')).toMatchObject({ kind: 'damaged' });
    await unchanged();
  });

  test('must be ours, and of no later version', async () => {
    await run('foreign', 'CREATE TABLE site (id)');
    expect(await putBack('foreign', 'db')).toEqual({ kind: 'foreign' });
    await run('copy', `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9)`);
    expect(await putBack('copy', 'db')).toEqual({ kind: 'newer' });
    await unchanged();
  });

  test('replaces what cannot be read only if told to', async () => {
    const text = 'was a database once, and now is this: '.repeat(1_000);
    writeFileSync(at('db'), text);
    writeFileSync(at('db-wal'), 'the log of it');
    expect(await putBack('copy', 'db')).toMatchObject({ kind: 'unreadable' });
    expect(readFileSync(at('db'), 'utf8')).toBe(text);
    expect(await putBack('copy', 'db', { replaceUnreadable: true })).toMatchObject({
      kind: 'done',
    });
    expect(await said('db')).toBe('one');
    const aside = at('db.1970-01-01T00-00-00-000Z.replaced');
    expect(readFileSync(aside, 'utf8')).toBe(text);
  });

  test('is put back twice, and both replaced files stay', async () => {
    await putBack('copy', 'db', { nowMs: 1 });
    say('db', 'three');
    copyFileSync(at('copy'), at('again'));
    await putBack('again', 'db', { nowMs: 2 });
    expect(await said('db.1970-01-01T00-00-00-001Z.replaced')).toBe('two');
    expect(await said('db.1970-01-01T00-00-00-002Z.replaced')).toBe('three');
  });
});
