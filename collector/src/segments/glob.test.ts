import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, literalPrefix } from './glob.ts';

/** The definition of a glob, word for word, with no thought of cost. */
function matchesByDefinition(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern.startsWith('*')) {
    return (
      matchesByDefinition(rest, text) ||
      (text !== '' && matchesByDefinition(pattern, text.slice(1)))
    );
  }
  if (text === '' || !(pattern.startsWith('?') || pattern[0] === text[0])) return false;
  return matchesByDefinition(rest, text.slice(1));
}

/** A text that counts the characters that a matcher may have looked at. */
function countingText(text: string) {
  const seen = { steps: 0 };
  const counted = {
    length: text.length,
    startsWith(part: string, start = 0) {
      seen.steps += part.length;
      return text.startsWith(part, start);
    },
    indexOf(part: string, from = 0) {
      const found = text.indexOf(part, from);
      seen.steps += (found === -1 ? text.length : found) - from + part.length;
      return found;
    },
  };
  return { seen, text: counted as unknown as string };
}

describe('compileGlob', () => {
  test.each([
    ['/pricing', '/pricing', true],
    ['/pricing', '/pricing/', false],
    ['/pricing*', '/pricing', true],
    ['/pricing*', '/pricing/eu', true],
    ['/pricing*', '/en/pricing', false],
    ['*/pricing*', '/en/pricing/', true],
    ['*/pricing*', '/demo/pricing', true],
    ['*/pricing*', '/pricing', true],
    ['/a/*/c', '/a/b/b/c', true],
    ['/a/*/c', '/a/c', false],
    ['aba*aba', 'aba', false],
    ['aba*aba', 'ababa', false],
    ['aba*aba', 'abaaba', true],
    ['*a*', 'bbb', false],
    ['a??d', 'abcd', true],
    ['a??d', 'abd', false],
    ['*?', '', false],
    ['*?', 'a', true],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'anything', true],
    ['/blog/?', '/blog/?', true],
    ['[a-z]+(x)', 'b', false],
    ['[a-z]+(x)', '[a-z]+(x)', true],
    ['/Pricing', '/pricing', false],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  test('case is ignored on request, in pattern and text', () => {
    expect(compileGlob('/PRI*G', true)('/pricinG')).toBe(true);
    expect(compileGlob('*É', true)('café')).toBe(true);
  });

  test('agrees with the definition', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(compileGlob(pattern)(text)).toBe(matchesByDefinition(pattern, text));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each(['*a*a*a*a*b', 'a*a*a*a*ab', '*aaaaaaab*', '*a?ab*a?ab*', '*????b*'])(
    'on the worst text for %s the steps grow as the text does',
    (pattern) => {
      const stepsAt = (length: number): number => {
        const { seen, text } = countingText('a'.repeat(length));
        expect(compileGlob(pattern)(text)).toBe(false);
        return seen.steps;
      };
      const perCharacter = pattern.length + 1;
      for (const length of [1_000, 2_000, 4_000, 8_000]) {
        expect(stepsAt(length)).toBeLessThanOrEqual(perCharacter * length);
      }
    },
  );
});

describe('literalPrefix', () => {
  test.each([
    ['/pricing*', '/pricing'],
    ['/a?c', '/a'],
    ['*/pricing', ''],
    ['/pricing', '/pricing'],
    ['', ''],
  ])('of %j is %j', (pattern, prefix) => expect(literalPrefix(pattern)).toBe(prefix));

  test('begins every text that matches', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        fc.pre(compileGlob(pattern)(text));
        expect(text.startsWith(literalPrefix(pattern))).toBe(true);
      }),
    );
  });
});
