import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  identified,
  isSampled,
  parseVisitor,
  stranger,
  type Visitor,
  visitorText,
} from './identity.ts';

const anyId = fc.stringMatching(/^[a-z0-9]{1,28}$/);
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const visitors: fc.Arbitrary<Visitor> = fc.tuple(
  optional(fc.constantFrom('granted' as const, 'denied' as const)),
  anyId,
  optional(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 })),
  optional(anyId),
  optional(fc.nat(2 ** 48)),
  optional(fc.integer({ min: 1, max: 1e6 })),
  optional(fc.nat(2 ** 32)),
);

test('what was written of a visitor is read again, and fits into a cookie', () => {
  fc.assert(
    fc.property(visitors, (visitor) => {
      const text = visitorText(visitor);
      expect(parseVisitor(text)).toEqual(visitor);
      expect(text).toMatch(/^[\x21-\x7e]+$/);
      expect(text).not.toMatch(/[;,"\\ ]/);
    }),
  );
});

test('of somebody of whom nothing is known nothing is written', () => {
  expect(visitorText([])).toBe('');
  expect(visitorText([undefined])).toBe('');
});

test.each([
  ['nothing', undefined],
  ['nothing said', ''],
  ['what others wrote', 'GA1.2.3'],
  ['a number', '12'],
  ['what is torn', '%5B%22granted'],
  ['what is no text of a cookie', '%E0%A4%A'],
])('%s is as good as nothing', (_, text) => expect(parseVisitor(text)).toBeUndefined());

describe('a visitor who says who they are', () => {
  const anonymous: Visitor = ['granted', 'a1', undefined, 's1', 5, 1, 0];
  const ada: Visitor = ['granted', 'a1', 'ada', 's1', 5, 1, 0];
  test.each<[string, Visitor, Visitor]>([
    ['keeps the anonymous past', anonymous, ada],
    ['changes nothing by saying it again', ada, ada],
    [
      'becomes another one if somebody else was known',
      ['granted', 'a1', 'bob', 's1', 5, 1, 0],
      ['granted', 'new', 'ada'],
    ],
  ])('%s', (_, before, expected) => {
    expect(identified(before, 'ada', () => 'new')).toEqual(expected);
  });
});

test('a stranger has decided what was decided at this device, and nothing else', () => {
  expect(stranger(['granted', 'a', 'u'], () => 'new')).toEqual(['granted', 'new']);
});

test('no anonymous id ever belongs to two users', () => {
  const steps = fc.array(fc.constantFrom('ada', 'bob', 'eve', 'reset'));
  fc.assert(
    fc.property(steps, (steps) => {
      let ids = 0;
      const newId = () => `a${ids++}`;
      let visitor: Visitor = stranger([], newId);
      const owners = new Map<string, string>();
      for (const step of steps) {
        visitor = step === 'reset' ? stranger(visitor, newId) : identified(visitor, step, newId);
        const [, anonymousId = '', userId] = visitor;
        if (userId === undefined) continue;
        expect(owners.get(anonymousId) ?? userId).toBe(userId);
        owners.set(anonymousId, userId);
      }
    }),
  );
});

describe('a sample', () => {
  test('of everybody has all in it, of nobody none', () => {
    for (const id of ['00000', '99999', '4294967295']) {
      expect(isSampled(id, 1)).toBe(true);
      expect(isSampled(id, 0)).toBe(false);
    }
  });

  test('does not lose those whose id we did not make', () => {
    expect(isSampled('anon', 0.5)).toBe(true);
    expect(isSampled(undefined, 0.5)).toBe(true);
  });

  test('of a third has about a third of evenly spread ids in it, and them in every larger one', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `7${String(n * 100).padStart(5, '0')}`);
    const third = ids.filter((id) => isSampled(id, 1 / 3));
    expect(third).toHaveLength(334);
    expect(third.every((id) => isSampled(id, 0.5))).toBe(true);
  });
});
