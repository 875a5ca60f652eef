import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locate } from './pointer.ts';

const TEXT = `{
  "id": "x",
  "if": { "all": [
    { "did": "page", "within": "2q" },
    { "a/b": { "m~n": [1, "two"] } }
  ] },
  "empty": {}, "none": [], "~1": 3
}`;

function check(pointer: string, found: string, line: number): void {
  const place = locate(TEXT, pointer);
  expect(place && TEXT.slice(place.start, place.end)).toBe(found);
  expect(place?.line).toBe(line);
}

describe('a pointer finds its value and line', () => {
  test.each([
    { pointer: '/id', found: '"x"', line: 2 },
    { pointer: '/if/all/0/within', found: '"2q"', line: 4 },
    { pointer: '/if/all/1/a~1b/m~0n/1', found: '"two"', line: 5 },
    { pointer: '/none', found: '[]', line: 7 },
    { pointer: '/~01', found: '3', line: 7 },
  ])('$pointer', ({ pointer, found, line }) => check(pointer, found, line));
});

describe('a pointer to what is missing finds the nearest ancestor', () => {
  test.each([
    { pointer: '', found: TEXT, line: 1 },
    { pointer: '/name', found: TEXT, line: 1 },
    { pointer: '/empty/0', found: '{}', line: 7 },
    { pointer: '/none/0', found: '[]', line: 7 },
    { pointer: '/id/deeper', found: '"x"', line: 2 },
    { pointer: '/if/all/0/times', found: '{ "did": "page", "within": "2q" }', line: 4 },
  ])('$pointer', ({ pointer, found, line }) => check(pointer, found, line));
});

test('what is not JSON has no places', () => expect(locate('{', '')).toBeUndefined());

test('agrees with the parser about every value of every document', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      for (const [pointer, expected] of pointersOf(JSON.parse(text))) {
        const place = locate(text, pointer);
        expect(place && JSON.parse(text.slice(place.start, place.end))).toEqual(expected);
      }
    }),
  );
});

function pointersOf(value: unknown, pointer = ''): readonly (readonly [string, unknown])[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, child]) =>
          pointersOf(child, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
        )
      : [];
  return [[pointer, value], ...inner];
}
