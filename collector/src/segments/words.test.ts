import { describe, expect, test } from 'vitest';
import type { Compare, Condition, Test } from './definition.ts';
import { conditionWords, definitionWords } from './words.ts';

const check = (condition: Condition, words: string) =>
  expect(conditionWords(condition)).toBe(words);

describe('conditions', () => {
  test.each<[string, Condition]>([
    ['Viewed a page', { did: 'page' }],
    ['Viewed a screen', { did: 'screen' }],
    ['Joined a group', { did: 'group' }],
    ['Signed Up', { did: 'Signed Up' }],
    ['"signup" at least 2 times', { did: 'signup', times: 2 }],
    [
      'Signed Up or Trial Started within 1 hour',
      { did: ['Signed Up', 'Trial Started'], within: '1h' },
    ],
    [
      'Viewed /pricing* in at least 2 sessions within 14 days',
      {
        did: 'page',
        where: { path: { glob: '/pricing*' } },
        distinct: 'session',
        times: 2,
        within: '14d',
      },
    ],
    [
      'Product Viewed with at least 2 different product_id within 7 days',
      { did: 'Product Viewed', distinct: 'product_id', times: 2, within: '7d' },
    ],
    ['Product Viewed with any product_id', { did: 'Product Viewed', distinct: 'product_id' }],
    [
      'Product Viewed with no product_id',
      { did: 'Product Viewed', distinct: 'product_id', times: { eq: 0 } },
    ],
    [
      'Product Viewed with exactly 1 product_id',
      { did: 'Product Viewed', distinct: 'product_id', times: { eq: 1 } },
    ],
    ['Viewed a page in exactly 1 session', { did: 'page', distinct: 'session', times: { eq: 1 } }],
    ['Viewed a page on 2 to 4 days', { did: 'page', distinct: 'day', times: { between: [2, 4] } }],
    ['Viewed a page', { did: 'page', distinct: 'session' }],
    ['Viewed /a', { did: 'page', where: { path: '/a' } }],
    ['Viewed /a…', { did: 'page', where: { path: { startsWith: '/a' } } }],
    ['Viewed /a, /b or /c', { did: 'page', where: { path: { in: ['/a', '/b', '/c'] } } }],
    ['Viewed /a* or /b*', { did: 'page', where: { path: { glob: ['/a*', '/b*'] } } }],
    [
      'Viewed a page where path matches /a* (in any case)',
      { did: 'page', where: { path: { glob: '/a*', ignoreCase: true } } },
    ],
    [
      'Viewed /a where title contains "x" and context.locale is "en"',
      { did: 'page', where: { path: '/a', title: { contains: 'x' }, 'context.locale': 'en' } },
    ],
    ['Viewed a page where path is not "/a"', { did: 'page', where: { path: { ne: '/a' } } }],
    [
      'Never viewed /docs* within 14 days',
      { not: { did: 'page', where: { path: { glob: '/docs*' } }, within: '14d' } },
    ],
    ['Never Signed Up', { did: 'Signed Up', times: { lt: 1 } }],
    ['Never viewed a page', { not: { did: 'page', distinct: 'session', times: 1 } }],
    ['Not (Signed Up at least 2 times)', { not: { did: 'Signed Up', times: 2 } }],
    ['Signed Up, and viewed a page', { all: [{ did: 'Signed Up' }, { did: 'page' }] }],
    ['Viewed a page, or Signed Up', { any: [{ did: 'page' }, { did: 'Signed Up' }] }],
    ['Viewed a page', { all: [{ any: [{ did: 'page' }] }] }],
    [
      'Not (viewed a page, or Signed Up)',
      { not: { any: [{ did: 'page' }, { did: 'Signed Up' }] } },
    ],
    [
      'Viewed /p at least 3 times within 7 days, and (never Signed Up within 14 days, or viewed a screen)',
      {
        all: [
          { did: 'page', where: { path: '/p' }, times: 3, within: '7d' },
          { any: [{ not: { did: 'Signed Up', within: '14d' } }, { did: 'screen' }] },
        ],
      },
    ],
    [
      '(Viewed a page, and Signed Up), or viewed a screen',
      { any: [{ all: [{ did: 'page' }, { did: 'Signed Up' }] }, { did: 'screen' }] },
    ],
  ])('%s', (words, condition) => check(condition, words));
});

describe('how often', () => {
  test.each<[Compare, string]>([
    [0, 'Clicked any number of times'],
    [1, 'Clicked'],
    [2, 'Clicked at least 2 times'],
    [{ eq: 3 }, 'Clicked exactly 3 times'],
    [{ eq: 1 }, 'Clicked exactly once'],
    [{ eq: 0 }, 'Never Clicked'],
    [{ ne: 0 }, 'Clicked'],
    [{ ne: 3 }, 'Clicked any number of times but 3'],
    [{ gt: 2 }, 'Clicked at least 3 times'],
    [{ gte: 1 }, 'Clicked'],
    [{ lt: 1 }, 'Never Clicked'],
    [{ lt: 2 }, 'Clicked at most once'],
    [{ lte: 1 }, 'Clicked at most once'],
    [{ lte: 4 }, 'Clicked at most 4 times'],
    [{ between: [2, 4] }, 'Clicked 2 to 4 times'],
    [{ gt: 1, lt: 5, ne: 3 }, 'Clicked 2 to 4 times but not 3'],
  ])('%j: %s', (times, words) => check({ did: 'Clicked', times }, words));
});

describe('tests', () => {
  test.each<[Test, string]>([
    ['x', 'is "x"'],
    [5, 'is 5'],
    [true, 'is true'],
    [null, 'is null'],
    [{ ne: 'x' }, 'is not "x"'],
    [{ in: ['x', 'y', 'z'] }, 'is "x", "y" or "z"'],
    [{ in: [1, 2, 3, 4, 5, 6, 7] }, 'is 1, 2, 3, 4, 5 or 2 more'],
    [{ nin: ['x', 'y'] }, 'is not any of "x" or "y"'],
    [{ startsWith: 'x' }, 'starts with "x"'],
    [{ endsWith: 'x' }, 'ends with "x"'],
    [{ contains: 'x', ignoreCase: true }, 'contains "x" (in any case)'],
    [{ glob: ['a*', 'b*'] }, 'matches a* or b*'],
    [{ gt: 1, lte: 5 }, 'is more than 1 and is at most 5'],
    [{ gte: 1, lt: 5 }, 'is at least 1 and is less than 5'],
    [{ between: [1, 5] }, 'is between 1 and 5'],
    [{ has: 'x' }, 'has "x"'],
    [{ hasAny: ['x', 'y'] }, 'has any of "x" or "y"'],
    [{ hasAll: ['x', 'y'] }, 'has all of "x" and "y"'],
    [{ size: 2 }, 'has at least 2 values'],
    [{ size: { eq: 1 } }, 'has exactly 1 value'],
    [{ exists: true }, 'is given'],
    [{ exists: false }, 'is missing'],
  ])('%j: %s', (test, words) => check({ did: 'A', where: { p: test } }, `A where p ${words}`));
});

test.each([
  ['known', 'Known people: Viewed a page'],
  ['anonymous', 'Anonymous visitors: Viewed a page'],
  ['all', 'Viewed a page'],
] as const)('who: %s', (who, words) => {
  expect(definitionWords({ who, if: { did: 'page' } })).toBe(words);
});
