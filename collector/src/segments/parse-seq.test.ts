import { describe, test } from 'vitest';
import { checkAccepted, checkRefused } from '../../testing/parsing.ts';

describe('a sequence is accepted', () => {
  test.each<[string, unknown]>([
    [
      'that ends in silence',
      { seq: [{ did: 'Checkout Started' }, { no: 'Order Completed', for: '1h' }], within: '7d' },
    ],
    [
      'of three with a time for each',
      { seq: [{ did: 'A' }, { did: 'B', within: '1h' }, { did: 'C', where: { p: 1 } }] },
    ],
    [
      'with nothing of a kind between',
      { seq: [{ did: 'A' }, { no: ['B', 'C'], where: { p: 1 } }, { did: 'D' }], same: ['p', 'q'] },
    ],
    [
      'of one page and the very next',
      { seq: [{ did: 'A' }, { no: 'page' }, { did: 'page', where: { path: '/b' } }] },
    ],
    ['of the same thing twice', { seq: [{ did: 'A' }, { no: 'A' }, { did: 'B' }] }],
    ['that lies in a month', { seq: [{ did: 'A' }, { did: 'B' }], within: { calendar: 'today' } }],
    [
      'whose silence is just shorter than the window',
      { seq: [{ did: 'A' }, { no: 'B', for: '3599s' }], within: '1h' },
    ],
    [
      'whose silence fits into an offset window',
      { seq: [{ did: 'A' }, { no: 'B', for: '1mo' }], within: { from: '2mo', to: '1d' } },
    ],
    ['of ten steps', { seq: Array.from({ length: 10 }, () => ({ did: 'A' })) }],
  ])('%s', (_, condition) => checkAccepted(condition));
});

describe('a sequence is refused', () => {
  const A = { did: 'A' };
  test.each<[string, unknown, Readonly<Record<string, RegExp>>]>([
    ['that is no list', { seq: A }, { '/seq': /expected a list of steps/ }],
    ['without steps', { seq: [] }, { '/seq': /empty list/ }],
    ['of one step', { seq: [A] }, { '/seq': /a single step; write that alone/ }],
    ['of eleven', { seq: Array.from({ length: 11 }, () => A) }, { '/seq': /11 steps; at most 10/ }],
    ['of words', { seq: ['A', A] }, { '/seq/0': /a step is an object/ }],
    ['of nothing', { seq: [{}, A] }, { '/seq/0/did': /`did` is missing/ }],
    ['of both', { seq: [A, { did: 'B', no: 'C' }] }, { '/seq/1': /side by side/ }],
    ['that begins with a `no`', { seq: [{ no: 'B' }, A] }, { '/seq/0/no': /cannot come first/ }],
    [
      'with two `no` in a row',
      { seq: [A, { no: 'B' }, { no: 'C' }, A] },
      { '/seq/2/no': /one list/ },
    ],
    ['with an endless silence', { seq: [A, { no: 'B' }] }, { '/seq/1/no': /needs `for`/ }],
    [
      'with a silence between',
      { seq: [A, { no: 'B', for: '1h' }, { did: 'C' }] },
      { '/seq/1/for': /stands last alone/ },
    ],
    ['with a `did` for long', { seq: [A, { did: 'B', for: '1h' }] }, { '/seq/1/for': /`within`/ }],
    [
      'with a `no` within',
      { seq: [A, { no: 'B', within: '1h' }] },
      { '/seq/1/within': /written `for`/, '/seq/1/no': /needs `for`/ },
    ],
    [
      'with a time before the first',
      { seq: [{ did: 'A', within: '1h' }, A] },
      { '/seq/0/within': /nothing comes before/ },
    ],
    [
      'that forbids what it asks for',
      { seq: [A, { no: ['B', 'C'] }, { did: 'B' }] },
      { '/seq/1/no': /very event of the next step/ },
    ],
    [
      'that forbids it with the same tests',
      { seq: [A, { no: 'B', where: { p: 1, q: 2 } }, { did: 'B', where: { q: 2, p: 1 } }] },
      { '/seq/1/no': /very event of the next step/ },
    ],
    [
      'whose silence outlives its window',
      { seq: [A, { no: 'B', for: '1h' }], within: '1h' },
      { '/seq/1/for': /make the window longer/ },
    ],
    [
      'whose silence outlives its offset window',
      { seq: [A, { no: 'B', for: '90d' }], within: { from: '90d', to: '30d' } },
      { '/seq/1/for': /not shorter than the window/ },
    ],
    [
      'whose silence outlives any month',
      { seq: [A, { no: 'B', for: '32d' }], within: { calendar: 'thisMonth' } },
      { '/seq/1/for': /not shorter than the window/ },
    ],
    [
      'with an offset between steps',
      { seq: [A, { did: 'B', within: {} }] },
      { '/seq/1/within': /a dur/ },
    ],
    ['with tests for all', { seq: [A, A], where: { p: 1 } }, { '/where': /belongs to a step/ }],
    [
      'that counts',
      { seq: [A, { did: 'B', times: 2 }] },
      { '/seq/1/times': /a step is one event/ },
    ],
    ['the same in nothing', { seq: [A, A], same: [] }, { '/same': /empty list/ }],
    ['the same twice', { seq: [A, A], same: ['p', 'p'] }, { '/same/1': /listed twice/ }],
    ['the same in six', { seq: [A, A], same: [...'abcdef'] }, { '/same': /6 paths; at most 5/ }],
    [
      'with all of that at once',
      { seq: [{ no: 'B' }, { no: 'C' }], within: 'x', same: 'p' },
      { '/within': /duration/, '/same': /list/, '/seq/0/no': /first/, '/seq/1/no': /side by side/ },
    ],
  ])('%s', (_, condition, expected) => checkRefused(condition, expected));
});
