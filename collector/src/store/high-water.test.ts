import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findLoss, markPath, openMark, prepareMark } from './high-water.ts';
import { openWriter } from './open.ts';
import { meta } from './schema.ts';

/** 2026-06-01T00:00:00Z, in ticks. */
const TICK = (Date.UTC(2026, 5, 1) - Date.UTC(2026, 0, 1)) * 8;
const MINUTE = 60_000 * 8;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-mark-'));
  path = join(folder, 'a.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const address = () => ({ url: `file:${path}` });
const fail = (error: unknown) => {
  throw error;
};

async function makeDatabase(tick?: number): Promise<void> {
  const database = await openWriter(address());
  if (tick !== undefined) await database.insert(meta).values({ name: 'tick', value: String(tick) });
  database.$client.close();
}

describe('what was committed and is missing', () => {
  test.each([
    { what: 'all that was marked', tick: TICK, marked: TICK, says: undefined },
    { what: 'more than was marked', tick: TICK + 1, marked: TICK, says: undefined },
    { what: 'no mark', tick: TICK, marked: undefined, says: undefined },
    {
      what: 'less',
      tick: TICK,
      marked: TICK + MINUTE,
      says: 'after 2026-06-01T00:00:00.000Z, until 2026-06-01T00:01:00.000Z is missing',
    },
    { what: 'nothing', tick: undefined, marked: TICK, says: 'until 2026-06-01T00:00:00.000Z' },
  ])('in a database that has $what', async ({ tick, marked, says }) => {
    await makeDatabase(tick);
    if (marked !== undefined) openMark(path, fail)(marked);
    const loss = await findLoss(address());
    if (says === undefined) expect(loss).toBeUndefined();
    else expect(loss?.says).toContain(says);
  });

  test('in a file that is none any more is not looked for, and its mark goes', async () => {
    openMark(path, fail)(TICK);
    expect(await findLoss(address())).toBeUndefined();
    expect(await prepareMark(address())).toBeUndefined();
    expect(existsSync(markPath(path))).toBe(false);
  });

  test('is not told by a mark that cannot be read', async () => {
    await makeDatabase(TICK);
    for (const text of ['', '99999999999999999999', 'nonsense\n']) {
      writeFileSync(markPath(path), text);
      expect(await findLoss(address())).toBeUndefined();
    }
  });

  test('is not looked for on a server', async () => {
    expect(await prepareMark({ url: 'libsql://example.com' })).toBeUndefined();
  });
});

test('the mark says what was written last, whatever its length', () => {
  const mark = openMark(path, fail);
  for (const tick of [1, 10 ** 12, 7]) mark(tick);
  expect(Number(readFileSync(markPath(path), 'utf8'))).toBe(7);
});

test('a mark that cannot be written is told once, and stops nobody', () => {
  const reported: unknown[] = [];
  const mark = openMark(join(folder, 'missing', 'a.db'), (error) => reported.push(error));
  mark(1);
  mark(2);
  expect(reported).toHaveLength(1);
});
