import { describe, expect, test } from 'vitest';
import type { Compare, Condition, Test } from './definition.ts';
import { conditionWords, definitionWords } from './words.ts';
import type { NameOf } from './words-membership.ts';

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

describe('conditions of every other kind', () => {
  test.each<[string, Condition]>([
    [
      'Total of total at least 500 in Order Completed this month',
      { did: 'Order Completed', sum: 'total', is: 500, within: { calendar: 'thisMonth' } },
    ],
    [
      'Average of rating below 3 in Review Given or "rated" where product is "a" within 6 months',
      {
        did: ['Review Given', 'rated'],
        where: { product: 'a' },
        avg: 'rating',
        is: { lt: 3 },
        within: '6mo',
      },
    ],
    [
      'Lowest load_ms above 5 in views of /a',
      { did: 'page', where: { path: '/a' }, min: 'load_ms', is: { gt: 5 } },
    ],
    ['Highest load_ms exactly 5 in page views', { did: 'page', max: 'load_ms', is: { eq: 5 } }],
    [
      'Highest p between 1 and 5 and not 3 in screen views or groups joined',
      { did: ['screen', 'group'], max: 'p', is: { between: [1, 5], ne: 3 } },
    ],
    [
      'First page had utm source google',
      { did: 'page', first: true, is: { 'context.campaign.source': 'google' } },
    ],
    [
      'Latest Order Completed where total is at least 5 had utm campaign "2026" and plan that is given',
      {
        did: 'Order Completed',
        where: { total: { gte: 5 } },
        latest: true,
        is: { utm_campaign: '2026', plan: { exists: true } },
      },
    ],
    [
      'Signed Up between 30 days and 3 days ago',
      { did: 'Signed Up', within: { from: '30d', to: '3d' } },
    ],
    ['Signed Up since 2026-01-01', { did: 'Signed Up', within: { after: '2026-01-01' } }],
    [
      'Never Signed Up before 2026-01-01',
      { not: { did: 'Signed Up', within: { before: '2026-01-01' } } },
    ],
    [
      'Signed Up from 2026-01-01 to before 2026-02-01',
      { did: 'Signed Up', within: { after: '2026-01-01', before: '2026-02-01' } },
    ],
    [
      'Signed Up yesterday (Asia/Tokyo)',
      { did: 'Signed Up', within: { calendar: 'yesterday', zone: 'Asia/Tokyo' } },
    ],
    [
      'Checkout Started and then no Order Completed for 1 hour, within 7 days',
      { seq: [{ did: 'Checkout Started' }, { no: 'Order Completed', for: '1h' }], within: '7d' },
    ],
    [
      'Viewed /a and then within 1 hour Signed Up and then Order Completed with no view of /b in between',
      {
        seq: [
          { did: 'page', where: { path: '/a' } },
          { did: 'Signed Up', within: '1h' },
          { no: 'page', where: { path: '/b' } },
          { did: 'Order Completed' },
        ],
      },
    ],
    [
      'A and then B with no C in between and then D',
      { seq: [{ did: 'A' }, { no: 'C' }, { did: 'B' }, { did: 'D' }] },
    ],
    [
      '(Product Viewed and then Product Added, with the same product_id and shop), and not on list Staff',
      {
        all: [
          {
            seq: [{ did: 'Product Viewed' }, { did: 'Product Added' }],
            same: ['product_id', 'shop'],
          },
          { not: { list: 'Staff' } },
        ],
      },
    ],
    ['Idle for 30 days', { idle: '30d' }],
    ['No Order Completed for 6 months', { idle: '6mo', of: 'Order Completed' }],
    ['No page view for 1 year or ever', { idle: '1y', of: 'page', never: 'include' }],
    [
      'No view of /a for 7 days since the last one',
      { idle: '7d', of: 'page', where: { path: '/a' }, never: 'exclude' },
    ],
    [
      'stripe.status is trial or trialing',
      { trait: 'stripe.status', is: { in: ['trial', 'trialing'] } },
    ],
    [
      'city is New York, and Signed Up',
      { all: [{ trait: 'city', is: 'New York' }, { did: 'Signed Up' }] },
    ],
    ['code is "true"', { trait: 'code', is: 'true' }],
    ['code is "5"', { trait: 'code', is: '5' }],
    ['code is "a or b"', { trait: 'code', is: 'a or b' }],
    ['trial_ends_at lies in the next 1 day', { trait: 'trial_ends_at', is: { next: '1d' } }],
    [
      'seen lies in the last 7 days and lies at least 1 day back',
      { trait: 'seen', is: { last: '7d', olderThan: '1d' } },
    ],
    [
      'born is 1980-01-01 or later and is before 1990-01-01',
      { trait: 'born', is: { after: '1980-01-01', before: '1990-01-01' } },
    ],
    ['Not (age is more than 5)', { not: { trait: 'age', is: { gt: 5 } } }],
    ["The account's plan is pro", { account: 'plan', is: 'pro' }],
    [
      'At least 3 people of the same account viewed /pricing* within 14 days',
      {
        account: {
          did: 'page',
          where: { path: { glob: '/pricing*' } },
          distinct: 'person',
          times: 3,
          within: '14d',
        },
      },
    ],
    [
      'At least 1 person of the same account Signed Up',
      { account: { did: 'Signed Up', distinct: 'person' } },
    ],
    [
      'Nobody of the same account Signed Up',
      { account: { did: 'Signed Up', distinct: 'person', times: { eq: 0 } } },
    ],
    [
      'People of the same account viewed a page at least 9 times today',
      { account: { did: 'page', times: 9, within: { calendar: 'today' } } },
    ],
    ['Lead score above 80', { score: 'lead', is: { gt: 80 } }],
    ['Lead score rose by at least 10 within 30 days', { score: 'lead', rose: 10, within: '30d' }],
    [
      'Lead score fell by at least 20 within 60 days',
      { score: 'lead', fell: { gte: 20 }, within: '60d' },
    ],
    [
      'Peak of lead score at most 50 within 1 month',
      { score: 'lead', peak: { lte: 50 }, within: '1mo' },
    ],
    ['No lead score', { score: 'lead', none: true }],
    ['Any lead score', { not: { score: 'lead', none: true } }],
    ['In segment hot-leads', { segment: 'hot-leads' }],
    ['Not in segment hot-leads', { segment: 'hot-leads', state: 'out' }],
    ['In segment hot-leads', { not: { segment: 'hot-leads', state: 'out' } }],
    ['Not in segment hot-leads', { not: { segment: 'hot-leads' } }],
    ['Was in segment hot-leads at any time', { segment: 'hot-leads', state: 'ever' }],
    ['Was never in segment hot-leads', { not: { segment: 'hot-leads', state: 'ever' } }],
    [
      'Entered segment hot-leads within 7 days',
      { segment: 'hot-leads', state: 'entered', within: '7d' },
    ],
    ['Not (left segment hot-leads)', { not: { segment: 'hot-leads', state: 'left' } }],
    ['On list Spring fair', { list: 'Spring fair' }],
    [
      'In the share from 0 to 50 % of the draw "new-checkout"',
      { bucket: { salt: 'new-checkout', from: 0, to: 50 } },
    ],
    [
      'Not in the share from 0 to 5 % of the draw "x"',
      { not: { bucket: { salt: 'x', from: 0, to: 5 } } },
    ],
  ])('%s', (words, condition) => check(condition, words));
});

test('what has a name is called by it', () => {
  const names = new Map([
    ['segment hot', 'Hot leads'],
    ['score fit', 'Fit score'],
    ['list 7', 'Spring fair'],
  ]);
  const nameOf: NameOf = (kind, id) => names.get(`${kind} ${id}`);
  const condition: Condition = {
    any: [
      { segment: 'hot', state: 'ever' },
      { score: 'fit', is: 5 },
      { list: '7' },
      { not: { segment: 'other' } },
    ],
  };
  expect(conditionWords(condition, nameOf)).toBe(
    'Was in Hot leads at any time, or Fit score at least 5, or on list Spring fair, or not in segment other',
  );
  expect(
    definitionWords(
      {
        if: { did: 'page' },
        leaveIf: { segment: 'hot' },
        top: { by: { score: 'fit', what: 'value' }, n: 3 },
      },
      nameOf,
    ),
  ).toBe('Viewed a page; leaves when in Hot leads; only the top 3 by Fit score');
});

test.each<[string, Parameters<typeof definitionWords>[0]]>([
  ['Known people: Viewed a page', { who: 'known', if: { did: 'page' } }],
  ['Anonymous visitors: Viewed a page', { who: 'anonymous', if: { did: 'page' } }],
  ['Viewed a page', { who: 'all', if: { did: 'page' } }],
  [
    'Lead score above 80, leaves below 70',
    { if: { score: 'lead', is: { gt: 80 } }, leaveIf: { score: 'lead', is: { lt: 70 } } },
  ],
  [
    'Lead score above 80; leaves when fit score below 70',
    { if: { score: 'lead', is: { gt: 80 } }, leaveIf: { score: 'fit', is: { lt: 70 } } },
  ],
  [
    'Viewed a page; leaves when Signed Up, or idle for 7 days; stays for at least 1 hour',
    {
      if: { did: 'page' },
      leaveIf: { any: [{ did: 'Signed Up' }, { idle: '7d' }] },
      minStay: '1h',
    },
  ],
  [
    'Viewed a page; only the top 10 % by rise of lead score within 30 days',
    {
      if: { did: 'page' },
      top: { by: { score: 'lead', what: 'rise', within: '30d' }, percent: 10 },
    },
  ],
])('%s', (words, definition) => expect(definitionWords(definition)).toBe(words));
