import { expect, test } from 'vitest';
import type { Condition } from './definition.ts';
import { warnings } from './warnings.ts';

test.each<[string, Condition, readonly (readonly [string, RegExp])[]]>([
  ['a sound definition', { did: 'page', where: { path: '/' }, times: 2 }, []],
  ['clicks in mail', { did: 'Email Link Clicked' }, []],
  ['pages', { did: 'page' }, []],
  ['something not done', { not: { did: 'Order Completed', within: '7d' } }, []],
  ['opens', { did: 'Email Opened' }, [['/if/did', /opens mislead/]]],
  [
    'opens among others',
    { any: [{ did: 'page' }, { not: { did: ['Signed Up', 'Email Opened'] } }] },
    [['/if/any/1/not/did/1', /opens mislead/]],
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
