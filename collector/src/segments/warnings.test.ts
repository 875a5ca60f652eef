import { expect, test } from 'vitest';
import type { Condition } from './definition.ts';
import { warnings } from './warnings.ts';

test.each<[string, Condition, readonly (readonly [string, RegExp])[]]>([
  ['a sound definition', { did: 'page', where: { path: '/' }, times: 2 }, []],
  ['clicks in mail', { did: 'Email Link Clicked' }, []],
  ['pages', { did: 'page' }, []],
  [
    'something not done alone',
    { not: { did: 'Order Completed', within: '7d' } },
    [['/if', /only for what did not happen/]],
  ],
  [
    'something not done by somebody who did another',
    { all: [{ did: 'Signed Up' }, { not: { did: 'Order Completed' } }] },
    [],
  ],
  [
    'a missing trait or what never summed up',
    {
      any: [
        { trait: 'plan', is: { exists: false } },
        { did: 'A', sum: 'p', is: { lte: 5 } },
      ],
    },
    [['/if', /only for what did not happen/]],
  ],
  ['no score', { score: 'lead', none: true }, []],
  ['silence of those who came', { idle: '30d' }, []],
  [
    'silence of those who never did it',
    { idle: '30d', of: 'A', never: 'include' },
    [['/if', /only for what did not happen/]],
  ],
  ['a sequence', { seq: [{ did: 'A' }, { no: 'B', for: '1h' }] }, []],
  [
    'opens wherever they are asked for',
    {
      any: [
        { seq: [{ did: 'A' }, { no: ['B', 'Email Opened'] }, { did: 'Email Opened' }] },
        { idle: '7d', of: 'Email Opened' },
        { account: { did: 'Email Opened' } },
        { did: 'Email Opened', latest: true, is: { p: 1 } },
      ],
    },
    [
      ['/if/any/0/seq/1/no/1', /opens mislead/],
      ['/if/any/0/seq/2/did', /opens mislead/],
      ['/if/any/1/of', /opens mislead/],
      ['/if/any/2/account/did', /opens mislead/],
      ['/if/any/3/did', /opens mislead/],
    ],
  ],
  [
    'tests that nothing passes, wherever they stand',
    {
      any: [
        { did: 'A' },
        { did: 'A', first: true, is: { p: { gt: 2, lt: 1 } } },
        { trait: 't', is: { last: '1d', next: '1d' } },
        { account: 't', is: { eq: 1, gt: 1 } },
        { account: { did: 'A', where: { p: { eq: 1, gt: 1 } } } },
        { seq: [{ did: 'A', where: { p: { eq: 1, gt: 1 } } }, { did: 'A' }] },
        { idle: '1d', of: 'A', where: { p: { eq: 1, gt: 1 } } },
      ],
    },
    [
      ['/if/any/1/is/p', /no value can pass/],
      ['/if/any/2/is', /no value can pass/],
      ['/if/any/3/is', /no value can pass/],
      ['/if/any/4/account/where/p', /no value can pass/],
      ['/if/any/5/seq/0/where/p', /no value can pass/],
      ['/if/any/6/where/p', /no value can pass/],
    ],
  ],
  [
    'any number of people',
    { any: [{ did: 'A' }, { account: { did: 'A', times: 0 } }] },
    [['/if/any/1/account/times', /any number/]],
  ],
  [
    'scores beyond what there is',
    {
      any: [
        { score: 'lead', is: { between: [50, 101] } },
        { score: 'lead', is: -1 },
        { score: 'lead', rose: 101, within: '1d' },
        { score: 'lead', fell: { gt: -100 }, within: '1d' },
        { score: 'lead', peak: { gte: 100.5 }, within: '1d' },
        { score: 'lead', is: { gte: 0, lte: 100 } },
      ],
    },
    [
      ['/if/any/0/is', /compares with 101, but a score lies within 0 and 100/],
      ['/if/any/1/is', /compares with -1/],
      ['/if/any/2/rose', /moves by at most 100/],
      ['/if/any/4/peak', /compares with 100.5/],
    ],
  ],
  ['opens', { did: 'Email Opened' }, [['/if/did', /opens mislead/]]],
  [
    'opens among others',
    { any: [{ did: 'page' }, { not: { did: ['Signed Up', 'Email Opened'] } }] },
    [
      ['/if', /only for what did not happen/],
      ['/if/any/1/not/did/1', /opens mislead/],
    ],
  ],
  ['identify', { did: 'identify' }, [['/if/did', /not behaviour/]]],
  ['the page view of another tracker', { did: 'page_view' }, [['/if/did', /counted as "page"/]]],
  ['a page with a capital', { did: 'Page' }, [['/if/did', /track events named "Page"/]]],
  [
    'everyone',
    { did: 'A', times: 0 },
    [
      ['/if', /everyone matches/],
      ['/if/times', /any number/],
    ],
  ],
  [
    'everyone, by a contradiction',
    { any: [{ did: 'A' }, { not: { did: 'A' } }] },
    [['/if', /everyone/]],
  ],
  [
    'no one',
    { all: [{ did: 'A', where: { 'a/b': { gt: 2, lt: 1 } } }] },
    [
      ['/if', /nobody can ever match/],
      ['/if/all/0/where/a~1b', /no value can pass/],
    ],
  ],
  [
    'a part that cannot be',
    { any: [{ did: 'A' }, { did: 'B', where: { p: { eq: 1, gt: 1 } } }] },
    [['/if/any/1/where/p', /no value can pass/]],
  ],
  [
    'a path said twice over',
    { did: 'page', where: { 'properties.path': '/' } },
    [['/if/where/properties.path', /write "path"/]],
  ],
])('%s', (_, condition, expected) => {
  expect(warnings({ if: condition })).toEqual(
    expected.map(([pointer, detail]) => ({ pointer, detail: expect.stringMatching(detail) })),
  );
});

test.each<[string, Condition, readonly (readonly [string, RegExp])[]]>([
  ['a score that falls back', { score: 'lead', is: { lt: 70 } }, []],
  [
    'an exit that is always open',
    { did: 'A', times: 0 },
    [
      ['/leaveIf', /nobody can ever enter/],
      ['/leaveIf/times', /any number/],
    ],
  ],
  [
    'an exit that never opens',
    { all: [{ did: 'A' }, { not: { did: 'A' } }] },
    [['/leaveIf', /nobody ever leaves/]],
  ],
  [
    'an exit that is the entry',
    { is: { gt: 80 }, score: 'lead' },
    [['/leaveIf', /nobody can ever enter/]],
  ],
  ['an exit by opens', { did: 'Email Opened' }, [['/leaveIf/did', /opens mislead/]]],
])('of %s', (_, leaveIf, expected) => {
  expect(warnings({ if: { score: 'lead', is: { gt: 80 } }, leaveIf })).toEqual(
    expected.map(([pointer, detail]) => ({ pointer, detail: expect.stringMatching(detail) })),
  );
});
