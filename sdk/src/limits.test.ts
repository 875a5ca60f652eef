import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BATCH_EVENTS_MAX, IN_FLIGHT_BYTES_MAX, VERSION } from './limits.ts';
import { EVENTS_PER_BATCH_MAX } from './protocol.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url));

test('the version that events carry is that of the package', () => {
  expect(JSON.parse(read('../package.json').toString()).version).toBe(VERSION);
});

test('batches are none that a server or a browser would refuse', () => {
  expect(BATCH_EVENTS_MAX).toBeLessThanOrEqual(EVENTS_PER_BATCH_MAX);
  // The head of a body, of which there may be eight, takes less than half a kilobyte.
  expect(IN_FLIGHT_BYTES_MAX).toBeLessThanOrEqual(64 * 1024 - 8 * 512);
});

/** What a script may weigh at most, as it is built; the aims are in the README of this folder. */
const BYTES_MAX = {
  inkling: { brotli: 4_260, gzip: 4_730 },
  'inkling.plus': { brotli: 5_000, gzip: 5_550 },
  'inkling.full': { brotli: 5_610, gzip: 6_220 },
} as const;

describe.each(Object.entries(BYTES_MAX))('%s.js as it was built', (name, { brotli, gzip }) => {
  const script = read(`../dist/${name}.js`);
  test.each([
    ['brotli', brotliCompressSync(script).length, brotli],
    ['gzip', gzipSync(script, { level: 9 }).length, gzip],
  ])('is small as %s', (_, bytes, bytesMax) => expect(bytes).toBeLessThanOrEqual(bytesMax));

  test('is minified', () => {
    expect(script.toString().trim().split('\n')).toHaveLength(2);
  });

  test('says what its parts cost, and that is most of it', () => {
    const { brotli, parts } = JSON.parse(read(`../dist/${name}.sizes.json`).toString());
    const costs = Object.values<number>(parts);
    const sum = costs.reduce((total, bytes) => total + bytes, 0);
    expect(brotli).toBe(brotliCompressSync(script).length);
    // What parts have in common none of them would save.
    expect(sum / brotli).toBeGreaterThan(0.75);
    expect(sum / brotli).toBeLessThan(1.05);
  });
});
