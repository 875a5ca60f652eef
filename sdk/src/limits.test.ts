import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { describe, expect, test } from 'vitest';
import { builtSizes } from '../build/sizes.js';
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
  inkling: { brotli: 4_035, gzip: 4_495 },
  'inkling.plus': { brotli: 4_775, gzip: 5_295 },
  'inkling.full': { brotli: 5_380, gzip: 5_960 },
} as const;

describe.each(Object.entries(BYTES_MAX))('%s.js as it was built', (name, { brotli, gzip }) => {
  const script = read(`../dist/${name}.js`);
  test.each([
    ['brotli', brotliCompressSync(script).length, brotli],
    ['gzip', gzipSync(script, { level: 9 }).length, gzip],
  ])('is small as %s', (_, bytes, bytesMax) => expect(bytes).toBeLessThanOrEqual(bytesMax));

  test('is minified', () => {
    expect(script.toString().trim().split('\n')).toHaveLength(1);
  });

  test('says what its parts cost, and that is most of it', () => {
    const { brotli, parts } = builtSizes(name);
    const costs = Object.values(parts);
    const sum = costs.reduce((total, bytes) => total + bytes, 0);
    expect(brotli).toBe(brotliCompressSync(script).length);
    // What parts have in common none of them would save.
    expect(sum / brotli).toBeGreaterThan(0.75);
    expect(sum / brotli).toBeLessThan(1.05);
  });
});

test('the map of a script leads to the sources', () => {
  const script = read('../dist/inkling.js').toString();
  const map = new TraceMap(read('../dist/inkling.js.map').toString());
  for (const text of ['Form Submitted', 'inkFields', 'Retry-After', 'resolvedOptions']) {
    const column = script.indexOf(text);
    const { source, line } = originalPositionFor(map, { line: 1, column });
    const found = sourceContentFor(map, source ?? '')?.split('\n')[(line ?? 0) - 1];
    expect(source).toMatch(/^\.\.\/src\/.*\.ts$/);
    expect(found).toContain(text);
  }
});

/** What an optional module may cost beside all others, in brotli bytes. */
const MODULE_BYTES_MAX = {
  engagement: 290,
  link: 240,
  links: 75,
  downloads: 65,
  search: 115,
  clicks: 160,
  'cross-domain': 165,
  'consent-mode': 165,
  tcf: 115,
  'hash-routes': 45,
} as const;

test.each(Object.entries(MODULE_BYTES_MAX))('the module %s costs at most %i bytes', (name, max) => {
  const cost = builtSizes('inkling.full').parts[`modules/${name}`] ?? Number.NaN;
  expect(cost).toBeLessThanOrEqual(max);
});

/** Versions of Node compress a little better or worse than each other. */
const COMPRESSORS_DIFFER = 6;

test('the README of this folder says what modules and scripts cost', () => {
  const readme = read('../README.md').toString();
  const stated = new Map(
    [...readme.matchAll(/^\| `([\w.-]+)` \|.* ([\d,]+) \|$/gm)].map(([, name = '', bytes]) => [
      name,
      Number(bytes?.replace(',', '')),
    ]),
  );
  const { parts } = builtSizes('inkling.full');
  const costs = [
    ...Object.keys(MODULE_BYTES_MAX).map((name) => [name, parts[`modules/${name}`]] as const),
    ...Object.keys(BYTES_MAX).map((name) => [`${name}.js`, builtSizes(name).brotli] as const),
  ];
  const wrong = costs.filter(
    ([name, cost = 0]) => !(Math.abs((stated.get(name) ?? Number.NaN) - cost) < COMPRESSORS_DIFFER),
  );
  expect(wrong).toEqual([]);
});
