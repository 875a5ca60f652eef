import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pathsIn, type Table, tablesIn } from './markdown.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** How a file is measured, by the word that heads the column. Both compress as hard as they can. */
const MEASURES: Readonly<Record<string, (bytes: Buffer) => number>> = {
  raw: (bytes) => bytes.length,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }).length,
  brotli: (bytes) => brotliCompressSync(bytes).length,
};

/** Versions of Node compress a little better or worse than each other. */
const COMPRESSORS_DIFFER = 0.01;

const tables = tablesIn(readFileSync(`${ROOT}README.md`, 'utf8'));

test('the README follows an event through files that exist', () => {
  const way = tables.find(({ head }) => head[0]?.toLowerCase() === 'stage');
  const paths = (way?.rows ?? []).flatMap((row) => row.flatMap(pathsIn)).filter(isPath);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(ROOT + path))).toEqual([]);
});

test('the README states the sizes that were built', () => {
  const stated = tables.flatMap(sizesIn);
  expect(stated.length).toBeGreaterThan(0);
  for (const { file, measure, bytes } of stated) {
    const built = MEASURES[measure]?.(readFileSync(ROOT + file)) ?? Number.NaN;
    expect(Math.abs(built - bytes), `${file} has ${built} bytes ${measure}`).toBeLessThan(
      built * COMPRESSORS_DIFFER,
    );
  }
});

interface Size {
  readonly file: string;
  readonly measure: string;
  readonly bytes: number;
}

/** Every figure that stands in a row with a file and in a column with a measure. */
function sizesIn({ head, rows }: Table): readonly Size[] {
  return rows.flatMap((row) => {
    const file = row.flatMap(pathsIn).find(isPath);
    return row.flatMap((cell, column) => {
      const measure = head[column]?.toLowerCase() ?? '';
      if (file === undefined || !(measure in MEASURES)) return [];
      return [{ file, measure, bytes: Number(cell.replace(/[^\d]/g, '')) }];
    });
  });
}

/** Code in a cell may also be a call or a name. */
function isPath(code: string): boolean {
  return /^(sdk|snippet|collector|examples|e2e)\//.test(code);
}

describe('a cell names', () => {
  test.each([
    { cell: '`sdk/src/index.ts`', paths: ['sdk/src/index.ts'] },
    { cell: '`sdk/src/a.ts`, `b.ts`', paths: ['sdk/src/a.ts', 'sdk/src/b.ts'] },
    { cell: '`sdk/src/capture/*`', paths: ['sdk/src/capture'] },
    { cell: '`collector/src/store/`', paths: ['collector/src/store'] },
    { cell: 'nothing', paths: [] },
  ])('$paths in $cell', ({ cell, paths }) => expect(pathsIn(cell)).toEqual(paths));
});

test('tables are told from other text', () => {
  const markdown = 'A | b\n\n| Stage | File |\n|---|:--|\n| 1 | `a` |\n\n| no table |\n';
  expect(tablesIn(markdown)).toEqual([{ head: ['Stage', 'File'], rows: [['1', '`a`']] }]);
});
