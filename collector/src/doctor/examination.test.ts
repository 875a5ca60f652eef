import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, START_MS, startApi, view } from '../../testing/api.ts';
import { type Served, serveApp } from '../../testing/serve-app.ts';
import { readSettings } from '../settings.ts';
import { openFile } from '../store/backup.ts';
import { openMark } from '../store/high-water.ts';
import { examine } from './examination.ts';
import { diskFinding, lookAtDisk } from './file.ts';
import type { Check, Finding } from './finding.ts';
import { lookAtServer } from './server.ts';
import { lookAtOrigins } from './site.ts';

const HOUR_MS = 3_600_000;
const PAGE_BYTES = 4_096;

let folder = '';
let api: Api;
let served: Served;
let database = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-doctor-'));
  api = await startApi();
  served = await serveApp(api.app.fetch);
  const [file] = (await api.database.$client.execute('PRAGMA database_list')).rows;
  database = String(file?.file);
});
afterEach(async () => {
  await served.close();
  await api.end();
  rmSync(folder, { recursive: true, force: true });
});

const VISIT = view('ada', '/private/path', {
  context: {
    page: { url: 'https://shop.example/private/path' },
    library: { name: 'inkling.js', version: '1' },
  },
});

/** Looks at the collector of this test, or at it with something else in a setting's place. */
async function look(
  settings: Readonly<Record<string, string>> = {},
  nowMs = START_MS,
): Promise<readonly Finding[]> {
  const { hostname, port } = new URL(served.url);
  const environment = { HOST: hostname, PORT: port, DATABASE_URL: `file:${database}` };
  return await examine(readSettings({ ...environment, ...settings }), nowMs);
}

/** What is not well, as check and level; how full this machine's disk is, is not this test's. */
function troubles(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ level, check }) => level !== 'ok' && check !== 'disk')
    .map(({ level, check }) => `${level} ${check}`);
}

function found(findings: readonly Finding[], check: Check): Finding | undefined {
  return findings.find((each) => each.check === check);
}

/** A copy of the database that nobody has open, to be spoiled. */
async function spoiled(statements: string): Promise<Readonly<Record<string, string>>> {
  const path = join(folder, 'spoiled.db');
  await api.database.$client.execute('PRAGMA query_only = 0');
  await api.database.$client.execute({ sql: 'VACUUM INTO ?', args: [path] });
  const client = openFile(path);
  await client.executeMultiple(statements);
  client.close();
  return { DATABASE_URL: `file:${path}` };
}

test('of a collector that is well, every line is ok', async () => {
  await api.send(VISIT);
  const findings = await look({ WRITE_KEY: FIRST.writeKey, SECRET_KEY: FIRST.secretKey });
  expect(troubles(findings)).toEqual([]);
  expect(findings.map(({ check }) => check).sort()).toEqual(
    [
      'settings',
      'database',
      'schema',
      'log',
      'disk',
      'clock',
      'events',
      'retention',
      'keys',
      'origins',
      'server',
    ].sort(),
  );
});

describe('the database', () => {
  test('is not there, and is not made by looking', async () => {
    const findings = await look({ DATABASE_URL: `file:${folder}/none.db` });
    expect(troubles(findings)).toEqual(['problem database']);
    expect(found(findings, 'database')?.says).toContain('none.db');
    expect(() => readFileSync(join(folder, 'none.db'))).toThrow();
  });

  test('cannot be written', () => {
    // Whoever is root may write everything, and becomes nobody for this.
    const path = join(folder, 'read-only.db');
    writeFileSync(path, '');
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    const script = `
      const { lookAtFile } = await import(${JSON.stringify(new URL('../../dist/doctor/file.js', import.meta.url))});
      if (process.getuid() === 0) process.setuid(65534);
      console.log(JSON.stringify(lookAtFile(${JSON.stringify(path)})));
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    chmodSync(folder, 0o755);
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toMatchObject({ check: 'database', level: 'problem' });
  });

  test('lacks what was written', async () => {
    await api.send(VISIT);
    const at = await spoiled('');
    openMark(`${folder}/spoiled.db`, () => {})(2 ** 42);
    const findings = await look(at);
    expect(troubles(findings)).toEqual(['problem database']);
    expect(found(findings, 'database')?.says).toContain('is missing from');
  });

  test('is no database', async () => {
    writeFileSync(join(folder, 'text.db'), 'Dear diary, '.repeat(1_000));
    const findings = await look({ DATABASE_URL: `file:${folder}/text.db` });
    expect(troubles(findings)).toEqual(['problem database']);
    expect(found(findings, 'database')).toMatchObject({
      advice: expect.stringContaining('restore'),
    });
  });

  test('is empty, or somebody else’s', async () => {
    writeFileSync(join(folder, 'empty.db'), '');
    expect(troubles(await look({ DATABASE_URL: `file:${folder}/empty.db` }))).toEqual([
      'problem database',
    ]);
  });

  test('is damaged where nobody has looked yet', async () => {
    await api.send(VISIT);
    const settings = await spoiled('');
    const root = `SELECT rootpage FROM sqlite_master WHERE name = 'message'`;
    const path = join(folder, 'spoiled.db');
    const [row] = (await openFile(path).execute(root)).rows;
    const bytes = readFileSync(path);
    // Behind the page's own head, so that it can be found and not be read.
    const startByte = (Number(row?.rootpage) - 1) * PAGE_BYTES + 8;
    bytes.fill(0x5a, startByte, startByte + 64);
    writeFileSync(path, bytes);
    const findings = await look(settings);
    expect(troubles(findings)).toEqual(['problem database']);
    expect(found(findings, 'database')).toMatchObject({
      says: expect.stringMatching(/^It is damaged: /),
      advice: expect.stringContaining('restore'),
    });
  });

  test('is of an earlier version', async () => {
    const settings = await spoiled(
      'DELETE FROM __drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM __drizzle_migrations)',
    );
    const findings = await look(settings);
    expect(troubles(findings)).toContain('warning schema');
    expect(found(findings, 'schema')?.says).toMatch(/^1 migrations? /);
  });

  test('is of a later version', async () => {
    const settings = await spoiled(
      `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9e12)`,
    );
    expect(troubles(await look(settings))).toEqual(['problem schema']);
  });

  test('is on a server that does not answer', async () => {
    const findings = await look({ DATABASE_URL: 'http://127.0.0.1:1' });
    expect(troubles(findings)).toEqual(['problem database']);
    expect(found(findings, 'database')).toMatchObject({
      advice: expect.stringContaining('server'),
    });
  });
});

test('a log that nothing empties is seen', async () => {
  const settings = await spoiled('');
  const log = join(folder, 'spoiled.db-wal');
  writeFileSync(log, '');
  truncateSync(log, 300_000_000);
  expect(troubles(await look(settings))).toContain('warning log');
});

describe('the disk', () => {
  const GB = 1_000_000_000;
  test.each([
    { freeBytes: 10 * GB, databaseBytes: GB, level: 'ok' },
    { freeBytes: 10 * GB, databaseBytes: 11 * GB, level: 'warning' },
    { freeBytes: GB - 1, databaseBytes: 0, level: 'warning' },
    { freeBytes: 49_000_000, databaseBytes: 0, level: 'problem' },
    { freeBytes: 0, databaseBytes: 0, level: 'problem' },
  ])('with $freeBytes free beside $databaseBytes is $level', ({ level, ...room }) => {
    expect(diskFinding(room)).toMatchObject({ check: 'disk', level });
  });

  test('is looked at where the database is, and held against its size', () => {
    const path = join(folder, 'huge.db');
    writeFileSync(path, '');
    const { bavail, bsize } = statfsSync(folder);
    truncateSync(path, bavail * bsize + 2 * GB);
    expect(lookAtDisk(path).level).not.toBe('ok');
  });
});

describe('the clock', () => {
  test('is behind what has come in already', async () => {
    await api.send(VISIT);
    const findings = await look({}, START_MS - HOUR_MS);
    expect(troubles(findings)).toEqual(['problem clock']);
    expect(found(findings, 'clock')?.says).toContain('60 min later');
  });

  test('may be a little behind', async () => {
    await api.send(VISIT);
    expect(troubles(await look({}, START_MS - 60_000))).toEqual([]);
  });
});

describe('events', () => {
  test('never came', async () => {
    expect(troubles(await look())).toEqual(['warning events']);
  });

  test('have not come for days', async () => {
    await api.send(VISIT);
    const findings = await look({}, START_MS + 72 * HOUR_MS);
    expect(troubles(findings)).toEqual(['warning events']);
    expect(found(findings, 'events')?.says).toContain('3 days ago');
  });

  test('came from a page, of which no more than its origin is told', async () => {
    await api.sendTo(SECOND.writeKey, view('bob', '/'));
    await api.send(VISIT);
    const says = found(await look({}, START_MS + 1_000), 'events')?.says;
    expect(says).toBe(
      'The last one came 1 s ago, of type page, from https://shop.example by inkling.js.',
    );
  });
});

describe('keys', () => {
  test.each([
    { kind: 'write', lacking: 'no write key' },
    { kind: 'secret', lacking: 'no secret key' },
  ])('of kind $kind are missing', async ({ kind, lacking }) => {
    await api.send(VISIT);
    const findings = await look(await spoiled(`DELETE FROM key WHERE kind = '${kind}'`));
    expect(troubles(findings)).toEqual(['problem keys']);
    expect(found(findings, 'keys')?.says).toContain(lacking);
  });

  test('that only read do not make up for those that may do all', async () => {
    await api.send(VISIT);
    const findings = await look(await spoiled(`DELETE FROM key WHERE role = 'admin'`));
    expect(troubles(findings)).toEqual(['problem keys']);
  });

  test('are set that nobody knows, or that are another site’s', async () => {
    await api.send(VISIT);
    const findings = await look({ WRITE_KEY: 'wk_of_nobody', SECRET_KEY: SECOND.secretKey });
    expect(troubles(findings)).toEqual(['warning keys']);
    expect(JSON.stringify(findings)).toMatch(/WRITE_KEY and SECRET_KEY/);
    expect(JSON.stringify(findings)).not.toMatch(/wk_of|sk_of/);
  });
});

describe('origins', () => {
  test.each([
    { origins: undefined, host: '127.0.0.1', level: 'ok' },
    { origins: undefined, host: '0.0.0.0', level: 'warning' },
    { origins: ['https://shop.example'], host: '0.0.0.0', level: 'ok' },
    { origins: ['https://shop.example', 'http://shop.example'], host: '0.0.0.0', level: 'warning' },
    { origins: ['http://localhost:3000'], host: '0.0.0.0', level: 'ok' },
  ])('$origins of a collector on $host are $level', ({ origins, host, level }) => {
    expect(lookAtOrigins(origins, host)).toMatchObject({ check: 'origins', level });
  });
});

describe('the server', () => {
  test('is not there', async () => {
    await api.send(VISIT);
    await served.close();
    const findings = await look();
    served = await serveApp(api.app.fetch);
    expect(troubles(findings)).toEqual(['problem server']);
    expect(found(findings, 'server')?.says).toContain('ECONNREFUSED');
  });

  test('is not ready, and says why', async () => {
    const stopped = await startApi();
    const other = await serveApp(stopped.app.fetch);
    await stopped.end();
    const finding = await lookAtServer('127.0.0.1', Number(new URL(other.url).port));
    await other.close();
    expect(finding).toMatchObject({ level: 'problem', says: expect.stringContaining('stopping') });
  });

  test('is another program', async () => {
    const other = createServer((_, response) => response.end('<h1>Hello</h1>')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const finding = await lookAtServer('0.0.0.0', port);
    other.close();
    expect(finding).toMatchObject({
      level: 'problem',
      says: expect.stringContaining('another program'),
    });
  });

  test('cannot be found if its port is chosen at its start', async () => {
    expect(await lookAtServer('127.0.0.1', 0)).toMatchObject({ level: 'warning' });
  });
});

describe('what is too old', () => {
  test('is worth a warning while it is there', async () => {
    await api.send(view('ada', '/'));
    const later = START_MS + 40 * 24 * HOUR_MS;
    expect(found(await look({ RETENTION_DAYS: '30' }, later), 'retention')).toMatchObject({
      level: 'warning',
      says: '1 of the events are older than the 30 days of RETENTION_DAYS.',
    });
    expect(found(await look({ RETENTION_DAYS: '39' }, later), 'retention')).toMatchObject({
      level: 'ok',
      says: expect.stringContaining('kept for 39 days; 0 were removed'),
    });
  });
});
