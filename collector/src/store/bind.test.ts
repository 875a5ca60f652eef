import { expect, test } from 'vitest';
import { bind } from './bind.ts';

test.each<[string, unknown]>([
  ['a text', 'Ünï 👩‍💻 \n'],
  ['no text', ''],
  ['a number', -1.5],
  ['the largest number', Number.MAX_VALUE],
  ['a 64-bit integer', 2n ** 63n - 1n],
  ['the least 64-bit integer', -(2n ** 63n)],
  ['bytes', new Uint8Array([0, 255])],
  ['null', null],
])('%s passes as it is', (_, value) => {
  expect(bind('first', value)).toEqual(['first', value]);
});

test.each<[string, unknown]>([
  ['a boolean', true],
  ['an object', {}],
  ['a list', ['a']],
  ['a date', new Date(0)],
  ['nothing', undefined],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a text with NUL', 'a\0b'],
  ['an integer of 65 bits', 2n ** 63n],
  ['a negative one', -(2n ** 63n) - 1n],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a text in a box', Object('text')],
])('%s is refused before the driver sees it, and the place is told', (_, value) => {
  expect(() => bind('first', value)).toThrow(TypeError);
  expect(() => bind('first', value)).toThrow(/parameter 2\b/);
});
