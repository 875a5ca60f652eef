import { existsSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type SnippetOptions, STUB, snippet } from './index.ts';

const SHORT: SnippetOptions = { host: '//a.io', writeKey: 'k' };

describe('the lines to paste', () => {
  test.each<[string, Partial<SnippetOptions>, string]>([
    ['load the script', {}, '<script async src="//a.io/inkling.js" data-write-key="k"></script>'],
    [
      'know a renamed script',
      { src: '/s.js' },
      '<script async src="/s.js" data-write-key="k"></script>',
    ],
    [
      'check its hash, if there is one',
      { integrity: 'sha384-x' },
      '<script async src="//a.io/inkling.js" data-write-key="k" integrity="sha384-x" crossorigin></script>',
    ],
    [
      'carry a nonce',
      { nonce: 'n' },
      '<script async src="//a.io/inkling.js" data-write-key="k" nonce="n"></script>',
    ],
    [
      'cannot be broken out of',
      { writeKey: '"><script>alert(1)</script>&' },
      '<script async src="//a.io/inkling.js" data-write-key="&quot;>&lt;script>alert(1)&lt;/script>&amp;"></script>',
    ],
  ])('%s', (_, options, expected) => {
    expect(snippet({ ...SHORT, ...options, stub: false })).toBe(expected);
  });

  test('put the stub first, with the nonce too', () => {
    expect(snippet({ ...SHORT, nonce: 'n' })).toBe(
      `<script nonce="n">${STUB}</script>\n<script async src="//a.io/inkling.js" data-write-key="k" nonce="n"></script>`,
    );
  });

  test('are at most 90 bytes without the stub, and 190 with it', () => {
    expect(snippet({ ...SHORT, stub: false }).length).toBeLessThanOrEqual(90);
    expect(snippet(SHORT).length).toBeLessThanOrEqual(190);
  });
});

test('the stub in the snippet is the stub that was built', () => {
  const built = new URL('../dist/stub.min.js', import.meta.url);
  expect(existsSync(built), 'npm run build first').toBe(true);
  expect(STUB).toBe(readFileSync(built, 'utf8').trim().replace(/;$/, ''));
});

test('the stub notes calls in order, with time, address and title, and answers nothing', () => {
  const page = {
    inkling: undefined as unknown,
    location: { href: 'https://x.org/a' },
    document: { title: 'A' },
    Date: { now: () => 7 },
  };
  runInNewContext(STUB, page);
  const inkling = page.inkling as Record<string, (...args: unknown[]) => unknown>;
  expect(inkling.track?.('Bought', { total: 3 })).toBeUndefined();
  page.location.href = 'https://x.org/b';
  inkling.identify?.('u');
  const noted = Object.entries(Object.getOwnPropertyDescriptors(inkling))
    .filter(([key]) => key !== 'length')
    .map(([, { value }]) => JSON.parse(JSON.stringify(value)));
  expect(noted).toEqual([
    ['track', ['Bought', { total: 3 }], 7, 'https://x.org/a', 'A'],
    ['identify', ['u'], 7, 'https://x.org/b', 'A'],
  ]);
});
