import { describe, test } from 'vitest';
import { checkAccepted, checkRefused } from '../../testing/parsing.ts';

describe('a `did` is accepted', () => {
  test.each<[string, unknown]>([
    [
      'with a sum over its values',
      { did: 'Order Completed', within: '6mo', sum: 'total', is: { gte: 500 } },
    ],
    ['with an average', { did: 'Order Completed', avg: 'cart.total', is: 0.5 }],
    ['with a least value', { did: 'A', min: 'p', is: { between: [-5, 5.5] } }],
    ['with a greatest value', { did: 'A', where: { q: 1 }, max: 'p', is: { ne: 1e9 } }],
    ['with its first', { did: 'page', first: true, is: { 'context.campaign.source': 'google' } }],
    [
      'with its latest',
      { did: ['page', 'screen'], where: { a: 1 }, latest: true, is: { b: { gt: 1 }, c: 'x' } },
    ],
    [
      'with dates in its properties',
      { did: 'A', where: { due: { after: '2026-01-01', before: '2026-02-01T00:00:00.5+01:00' } } },
    ],
  ])('%s', (_, condition) => checkAccepted(condition));
});

describe('a `did` is refused', () => {
  test.each<[string, unknown, Readonly<Record<string, RegExp>>]>([
    [
      'with two figures',
      { did: 'A', sum: 'p', avg: 'p', is: 1 },
      { '': /`sum` and `avg` side by side/ },
    ],
    [
      'with a figure of a touch',
      { did: 'A', max: 'p', first: true, is: 1 },
      { '': /`max` and `first` side by side/ },
    ],
    ['with a figure compared with nothing', { did: 'A', sum: 'p' }, { '/is': /`is` is missing/ }],
    [
      'with a figure that is counted',
      { did: 'A', sum: 'p', is: 1, times: 2, distinct: 'q' },
      { '/times': /compare it by `is`/, '/distinct': /reads them all/ },
    ],
    ['with a figure of a number', { did: 'A', sum: 5, is: 1 }, { '/sum': /expected text/ }],
    ['with a figure in text', { did: 'A', sum: 'p', is: '1' }, { '/is': /not the text "1"/ }],
    [
      'with a figure of infinite size',
      { did: 'A', sum: 'p', is: { gt: Infinity } },
      { '/is/gt': /too large/ },
    ],
    [
      'with a figure that no number is',
      { did: 'A', sum: 'p', is: { gt: 1, lte: 1 } },
      { '/is': /no number satisfies/ },
    ],
    [
      'with one that may be all but itself',
      { did: 'A', sum: 'p', is: { gte: 1, lte: 1, ne: 1 } },
      { '/is': /no number satisfies/ },
    ],
    [
      'with one that is and is not',
      { did: 'A', sum: 'p', is: { eq: 1, gt: 1 } },
      { '/is': /no number satisfies/ },
    ],
    ['with `is` of a count', { did: 'A', is: 3 }, { '/is': /write `times`/ }],
    ['with people as values', { did: 'A', distinct: 'person' }, { '/distinct': /\{"account":/ }],
    ['with a touch that is false', { did: 'A', first: false, is: { p: 1 } }, { '/first': /true/ }],
    ['with a touch like anything', { did: 'A', first: true }, { '/is': /`is` is missing/ }],
    ['with a touch like nothing', { did: 'A', latest: true, is: {} }, { '/is': /tests nothing/ }],
    ['with a touch like a value', { did: 'A', latest: true, is: 'x' }, { '/is': /from path/ }],
    [
      'with a touch in a window',
      { did: 'A', first: true, is: { p: 1 }, within: '7d', times: 1, distinct: 'p' },
      { '/within': /no window/, '/times': /always one/, '/distinct': /always one/ },
    ],
    [
      'with a property that ages',
      { did: 'A', where: { p: { last: '1d' }, q: { next: '1d' }, r: { olderThan: '1d' } } },
      {
        '/where/p/last': /does not age; write `within` beside the event/,
        '/where/q/next': /does not age; test a trait/,
        '/where/r/olderThan': /does not age; write a window/,
      },
    ],
    [
      'with an ageing touch',
      { did: 'A', first: true, is: { p: { last: '1d' } } },
      { '/is/p/last': /does not age/ },
    ],
    [
      'with a date that none is',
      { did: 'A', where: { p: { before: '2026-02-30' } } },
      { '/where/p/before': /"2026-02-30" is not an instant/ },
    ],
    [
      'with a time that has no offset',
      { did: 'A', where: { p: { after: '2026-02-28T10:00' } } },
      { '/where/p/after': /with its offset/ },
    ],
    ['with a date as number', { did: 'A', where: { p: { after: 5 } } }, { '/where/p/after': /5/ }],
  ])('%s', (_, condition, expected) => checkRefused(condition, expected));
});
