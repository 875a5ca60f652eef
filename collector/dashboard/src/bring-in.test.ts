import { expect, test } from 'vitest';
import { fileType, rowWords } from './bring-in.ts';

test.each([
  ['contacts.csv', 'text/csv'],
  ['contacts.csv.gz', 'text/csv'],
  ['export', 'text/csv'],
  ['events.ndjson', 'application/x-ndjson'],
  ['EVENTS.JSONL', 'application/x-ndjson'],
  ['events.ndjson.gz', 'application/x-ndjson'],
])('%s is %s', (name, type) => {
  expect(fileType(name)).toBe(type);
});

test('rows are counted in words', () => {
  expect([0, 1, 1_200].map(rowWords)).toEqual(['0 rows', '1 row', '1,200 rows']);
});
