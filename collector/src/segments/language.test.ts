import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditions, definitions, leaves } from '../../testing/definitions.ts';
import { constantOf, holdsOfStrangers } from './constant.ts';
import type { Condition } from './definition.ts';
import { parseConditionOnly, parseDefinition } from './parse-definition.ts';
import { checkReferences, referencesOf } from './references.ts';
import { warnings } from './warnings.ts';
import { conditionWords, definitionWords } from './words.ts';

/** The value that a JSON pointer leads to. */
function at(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys.reduce<unknown>((inner, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined;
  }, value);
}

describe('whatever can be said', () => {
  test('reads back unchanged from its own JSON', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const parsed = parseDefinition(JSON.parse(JSON.stringify(definition)));
        expect(parsed.ok ? [] : parsed.errors).toEqual([]);
        if (!parsed.ok) return;
        expect(JSON.parse(JSON.stringify(parsed.value))).toEqual(
          JSON.parse(JSON.stringify(definition)),
        );
        const again = parseDefinition(JSON.parse(JSON.stringify(parsed.value)));
        expect(again).toEqual(parsed);
        expect(again.ok && JSON.stringify(again.value)).toBe(JSON.stringify(parsed.value));
      }),
      { numRuns: 500 },
    );
  });

  test('has words, and a name takes the place of an id in them', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        for (const words of [
          definitionWords(definition),
          definitionWords(definition, (kind, id) => `<${kind}:${id}>`),
        ]) {
          expect(words).toMatch(/\S/);
          expect(words).not.toMatch(/undefined|\[object|NaN| {2}/);
        }
        const named = definitionWords(definition, (kind, id) => `<${kind}:${id}>`);
        for (const { kind, id } of referencesOf(definition).slice(0, 1)) {
          if (kind !== 'score') expect(named).toContain(`<${kind}:${id}>`);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is warned of, and its references found, at places that it has', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const found = [
          ...warnings(definition),
          ...referencesOf(definition),
          ...checkReferences(definition, { segments: [], scores: [] }),
        ];
        for (const { pointer } of found) expect(at(definition, pointer)).toBeDefined();
        for (const { pointer, id } of referencesOf(definition)) {
          expect(at(definition, pointer)).toBe(id);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is of strangers what it is of everyone', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const constant = constantOf(condition);
        if (constant === undefined) return;
        expect([constant, undefined]).toContain(holdsOfStrangers(condition));
      }),
      { numRuns: 500 },
    );
  });

  test.each(Object.entries<fc.Arbitrary<Condition>>(leaves))('%s are accepted alone', (_, leaf) => {
    fc.assert(fc.property(leaf, (condition) => parseConditionOnly(condition).ok));
  });

  test('tells apart, in words, what asks for different events, numbers and times', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('A', 'B'),
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom('1h', '2h'),
        fc.constantFrom('A', 'B'),
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom('1h', '2h'),
        (did, times, within, otherDid, otherTimes, otherWithin) => {
          const one = conditionWords({ did, times, within });
          const other = conditionWords({ did: otherDid, times: otherTimes, within: otherWithin });
          const isSame = did === otherDid && times === otherTimes && within === otherWithin;
          expect(one === other).toBe(isSame);
        },
      ),
    );
  });
});

/** Puts something else at some place of a definition. */
const spoilt = fc
  .tuple(definitions, fc.nat(), fc.oneof(fc.anything(), fc.constantFrom('', -1, {}, [], null)))
  .map(([definition, turn, what]) => {
    const value: unknown = JSON.parse(JSON.stringify(definition));
    const places: { readonly holder: object; readonly key: string }[] = [];
    const visit = (holder: unknown) => {
      if (typeof holder !== 'object' || holder === null) return;
      for (const key of Object.keys(holder)) {
        places.push({ holder, key });
        visit(Reflect.get(holder, key));
      }
    };
    visit(value);
    const place = places[turn % places.length];
    if (place !== undefined) Reflect.set(place.holder, place.key, what);
    return value;
  });

test('whatever is spoilt is refused with reasons or understood, never thrown at', () => {
  fc.assert(
    fc.property(spoilt, (input) => {
      const parsed = parseDefinition(input);
      if (parsed.ok) {
        expect(definitionWords(parsed.value)).toMatch(/\S/);
        warnings(parsed.value);
        return;
      }
      expect(parsed.errors.length).toBeGreaterThan(0);
      for (const { pointer, detail } of parsed.errors) {
        expect(pointer).toMatch(/^(\/([^~]|~[01])*)?$/s);
        expect(detail).toMatch(/\S/);
      }
    }),
    { numRuns: 2_000 },
  );
});
