import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUCKETS, bucketOf } from './bucket.ts';
import { bucketOfId, createIdMaker, parsePublicId, publicId } from './own-id.ts';

const START_MS = 1_800_000_000_000;
const YEAR_2060_MS = Date.UTC(2060, 0, 1);

describe('a bucket', () => {
  /** Rows lie where these numbers say: another answer would lose them. */
  test.each([
    [1, 'a', 892],
    [1, 'ada@example.com', 919],
    [2, 'ada@example.com', 68],
    [1, 'Ünï 👩‍💻', 799],
    [1, '', 365],
    [4_000_000_000, 'a', 994],
  ])('of site %s and %j is the same for ever', (site, id, bucket) => {
    expect(bucketOf(site, id)).toBe(bucket);
  });

  test('is one of 1024, whatever the id', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: 'binary' }), (site, id) => {
        const bucket = bucketOf(site, id);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS).toBe(true);
      }),
    );
  });

  test.each<[string, (index: number) => string]>([
    ['numbered ids', (index) => `user-${index}`],
    ['bare numbers', (index) => `${index}`],
    [
      'UUIDs that differ at the end',
      (index) => `0190a6e0-0000-7000-8000-${`${index}`.padStart(12, '0')}`,
    ],
  ])('holds its share of %s', (_, idOf) => {
    const sizes = new Array<number>(BUCKETS).fill(0);
    const each = 64;
    for (let index = 0; index < each * BUCKETS; index += 1) {
      const bucket = bucketOf(1, idOf(index));
      sizes[bucket] = (sizes[bucket] ?? 0) + 1;
    }
    // Six standard deviations of a fair throw.
    expect(Math.max(...sizes)).toBeLessThan(each + 48);
    expect(Math.min(...sizes)).toBeGreaterThan(each - 48);
  });
});

describe('an id of our own', () => {
  test('is exact, rises, and says where its row lives', () => {
    const ids = createIdMaker(0, START_MS);
    let last = 0;
    for (let round = 0; round < 5_000; round += 1) {
      const bucket = round % BUCKETS;
      const id = ids.next(bucket);
      expect(Number.isSafeInteger(id) && id > last && bucketOfId(id) === bucket).toBe(true);
      last = id;
    }
  });

  test('is never given out again, wherever the clock goes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(50)), { minLength: 1 }),
        (starts) => {
          const given = new Set<number>();
          let count = 0;
          let tick = 0;
          for (const [shiftMs, ids] of starts) {
            const maker = createIdMaker(tick, START_MS + shiftMs);
            for (let index = 0; index < ids; index += 1) given.add(maker.next(0));
            count += ids;
            tick = maker.tick();
          }
          expect(given.size).toBe(count);
        },
      ),
    );
  });

  test('starts with the clock, and works before its epoch and in 2060', () => {
    expect(createIdMaker(0, START_MS).next(0)).toBeGreaterThan(createIdMaker(0, 0).next(0));
    expect(createIdMaker(0, 0).next(5)).toBe(BUCKETS + 5);
    expect(Number.isSafeInteger(createIdMaker(0, YEAR_2060_MS).next(BUCKETS - 1))).toBe(true);
  });
});

describe('an id as others see it', () => {
  test('is read back, and as nothing else', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (id) => {
        const text = publicId('prf', id);
        expect(text).toMatch(/^prf_[0-9a-z]{1,11}$/);
        expect(parsePublicId('prf', text)).toBe(id);
        expect(parsePublicId('evt', text)).toBeUndefined();
      }),
    );
  });

  test.each([
    '',
    'prf_',
    'prf',
    'prf_A',
    'prf_1.5',
    'prf_-1',
    'prf_zzzzzzzzzzz',
    'prf_1 ',
    ' prf_1',
  ])('%j is none', (text) => expect(parsePublicId('prf', text)).toBeUndefined());
});
