// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import type { Options } from '../api.ts';
import { hear } from '../testing/heard.ts';
import { search } from './search.ts';

afterEach(() => history.replaceState(null, '', '/'));

/** Opens a page with this query. */
function check(query: string, expected: readonly string[], options: Partial<Options> = {}): void {
  history.replaceState(null, '', `/find${query}`);
  const { events } = hear(search, options);
  expect(events).toEqual(expected.map((query) => ['Site Searched', { query }]));
}

test.each<[string, string, readonly string[]]>([
  ['a search', '?q=blue+plants', ['blue plants']],
  ['a search by another name', '?page=2&search=soil', ['soil']],
  ['an empty search', '?q=&s=%20', []],
  ['no search', '?topic=soil', []],
  ['an e-mail address', '?q=ada%40b.example', []],
  ['a long search', `?q=${'x'.repeat(300)}`, ['x'.repeat(200)]],
])('%s', (_, query, expected) => check(query, expected));

test('stands where the owner says, or nowhere', () => {
  check('?q=a&needle=b', ['b'], { search: 'needle' });
  check('?q=a', [], { search: false });
});

test('counts once while the results are leafed through, and again when it is another one', async () => {
  history.replaceState(null, '', '/find?q=soil');
  const { events } = hear(search);
  for (const query of ['?q=soil&page=2', '?q=pots', '', '?q=pots']) {
    history.pushState(null, '', `/find${query}`);
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect(events.map(([, said]) => said)).toEqual([
    { query: 'soil' },
    { query: 'pots' },
    { query: 'pots' },
  ]);
});
