import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blotOf } from './blot.ts';

test('a segment keeps its blot, and no other has it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(blotOf(a)).toEqual(blotOf(a));
      if (a !== b) expect(blotOf(a)).not.toEqual(blotOf(b));
    }),
  );
});

test('a blot stays within one and a half radii', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const { path, drops } = blotOf(id);
      const numbers = [...path.matchAll(/-?[\d.]+/g)].map(Number);
      expect(numbers.every((value) => Math.abs(value) < 1.5)).toBe(true);
      for (const { x, y, r } of drops) expect(Math.hypot(x, y) + r).toBeLessThan(1.6);
    }),
  );
});
