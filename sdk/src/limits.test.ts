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

describe('the script that was built', () => {
  const script = read('../dist/inkling.js');
  test.each([
    ['brotli', brotliCompressSync(script).length, 4_900],
    ['gzip', gzipSync(script, { level: 9 }).length, 5_450],
  ])('is small as %s', (_, bytes, bytesMax) => expect(bytes).toBeLessThanOrEqual(bytesMax));

  test('is minified', () => {
    expect(script.toString().trim().split('\n')).toHaveLength(2);
  });
});
