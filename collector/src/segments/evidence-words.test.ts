import { expect, test } from 'vitest';
import type { Leaf } from './definition.ts';
import { missingWords } from './evidence-words.ts';

test.each<[string | undefined, Leaf, number | undefined]>([
  ['1 more time', { did: 'page' }, 0],
  ['2 more sessions', { did: 'page', distinct: 'session', times: 3 }, 1],
  ['1 more different product_id', { did: 'page', distinct: 'product_id', times: 3 }, 2],
  ['4 times too many', { did: 'page', times: { lte: 1 } }, 5],
  ['any other number of days than 3', { did: 'page', distinct: 'day', times: { ne: 3 } }, 3],
  ['2 more people', { account: { did: 'page', distinct: 'person', times: 3 } }, 1],
  ['1 more person', { account: { did: 'page', distinct: 'person', times: 3 } }, 2],
  ['is 45, has to be at least 500', { did: 'A', sum: 'total', is: 500 }, 45],
  ['there is no figure, has to be below 3', { did: 'A', avg: 'total', is: { lt: 3 } }, undefined],
  ['is 45, has to be above 80', { score: 'lead', is: { gt: 80 } }, 45],
  ['is -2, has to be at least 10', { score: 'lead', rose: 10, within: '30d' }, -2],
  ['is 2, has to be at least 10', { score: 'lead', fell: 10, within: '30d' }, 2],
  ['is 45, has to be exactly 50', { score: 'lead', peak: { eq: 50 }, within: '30d' }, 45],
  [undefined, { score: 'lead', none: true }, 5],
  [undefined, { did: 'page', first: true, is: { utm_source: 'google' } }, undefined],
  [undefined, { idle: '30d' }, undefined],
  [undefined, { account: 'plan', is: 'pro' }, undefined],
  [undefined, { segment: 'hot' }, undefined],
])('%s: %j', (words, leaf, figure) => {
  expect(missingWords(leaf, figure)).toBe(words);
});
