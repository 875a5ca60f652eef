import { expect, test } from 'vitest';
import { pointsWords } from './points.ts';

test.each([
  [40, '40'],
  [39.96, '40'],
  [12.345, '12.3'],
  [0.04, '0'],
  [-0.04, '0'],
  [-10, '-10'],
])('%d points read "%s"', (points, words) => {
  expect(pointsWords(points)).toBe(words);
});
