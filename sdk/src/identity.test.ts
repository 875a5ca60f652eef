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
const session = fc.record({
  id: anyId,
  lastMs: fc.nat(2 ** 48),
  count: fc.integer({ min: 1, max: 1e6 }),
  campaign: fc.nat(2 ** 32),
});
const visitors: fc.Arbitrary<Visitor> = fc.record({
  consent: optional(fc.constantFrom('granted' as const, 'denied' as const)),
  anonymousId: optional(anyId),
  userId: optional(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 })),
  session: optional(session),
});

test('what was written of a visitor is read again, and fits into a cookie', () => {
  fc.assert(
    fc.property(visitors, (visitor) => {
      const text = visitorText(visitor);
      expect(parseVisitor(text)).toEqual(visitor);
      expect(text).toMatch(/^[\x21-\x7e]*$/);
      expect(text).not.toMatch(/[;,"\\ ]/);
    }),
  );
});

test.each([
  ['nothing', undefined],
  ['nothing said', ''],
  ['what others wrote', 'GA1.2.3'],
  ['too few fields', '1:a:u:s:1:2'],
])('%s is as good as nothing', (_, text) => expect(parseVisitor(text)).toBeUndefined());

describe('a visitor who says who they are', () => {
  const anonymous: Visitor = { consent: 'granted', anonymousId: 'a1', session: undefined };
  test.each<[string, Visitor, Visitor]>([
    ['keeps the anonymous past', anonymous, { ...anonymous, userId: 'ada' }],
    [
      'changes nothing by saying it again',
      { ...anonymous, userId: 'ada' },
      { ...anonymous, userId: 'ada' },
    ],
    [
      'becomes another one if somebody else was known',
      { ...anonymous, userId: 'bob' },
      { consent: 'granted', anonymousId: 'new', userId: 'ada' },
    ],
  ])('%s', (_, before, expected) => {
    expect(identified(before, 'ada', () => 'new')).toEqual(expected);
  });
});

test('a stranger has decided what was decided at this device, and nothing else', () => {
  const known: Visitor = { consent: 'granted', anonymousId: 'a', userId: 'u' };
  expect(stranger(known, () => 'new')).toEqual({ consent: 'granted', anonymousId: 'new' });
});

test('no anonymous id ever belongs to two users', () => {
  const steps = fc.array(fc.constantFrom('ada', 'bob', 'eve', 'reset'));
  fc.assert(
    fc.property(steps, (steps) => {
      let ids = 0;
      const newId = () => `a${ids++}`;
      let visitor = stranger({}, newId);
      const owners = new Map<string, string>();
      for (const step of steps) {
        visitor = step === 'reset' ? stranger(visitor, newId) : identified(visitor, step, newId);
        const { anonymousId = '', userId } = visitor;
        if (userId === undefined) continue;
        expect(owners.get(anonymousId) ?? userId).toBe(userId);
        owners.set(anonymousId, userId);
      }
    }),
  );
});

describe('a sample', () => {
  test('of everybody has all in it, of nobody none', () => {
    for (const id of ['00000', 'zzzzz', 'a0b1c2']) {
      expect(isSampled(id, 1)).toBe(true);
      expect(isSampled(id, 0)).toBe(false);
    }
  });

  test('of a third has about a third of evenly spread ids in it, and them in every larger one', () => {
    const ids = Array.from(
      { length: 1_296 },
      (_, n) => `x${(n * 46_656).toString(36).padStart(5, '0')}`,
    );
    const third = ids.filter((id) => isSampled(id, 1 / 3));
    expect(third).toHaveLength(432);
    expect(third.every((id) => isSampled(id, 0.5))).toBe(true);
  });
});
