import { is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { HOLDINGS } from './personal.ts';
import * as schema from './schema.ts';

test('every table is declared to hold something of people or not', () => {
  const tables = Object.entries(schema).filter(([, each]) => is(each, SQLiteTable));
  expect(new Set(Object.keys(HOLDINGS))).toEqual(new Set(tables.map(([name]) => name)));
});
