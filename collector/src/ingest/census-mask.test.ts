import { expect, test } from 'vitest';
import { exampleOf } from './census-mask.ts';

test.each<[string, Parameters<typeof exampleOf>[1], ReturnType<typeof exampleOf>]>([
  ['plan', 'pro', 'pro'],
  ['total', 12.5, 12.5],
  ['is_new', false, false],
  ['day', '2026-01-31', '2026-01-31'],
  ['path', '/docs/a', '/docs/a'],
  ['question', 'what? #1', 'what? #1'],
  ['mail', 'ann@example.com', '[email]'],
  ['note', 'write to ann@example.com please', '[email]'],
  ['phone', '+49 (30) 123-456-78', '[number]'],
  ['password', 'hunter2', '[removed]'],
  ['card', '4111 1111 1111 1111', '[removed]'],
  ['key', `k_live_${'a1B2c3D4'.repeat(4)}`, '[token]'],
  ['reset', `/reset/${'a1B2c3D4'.repeat(4)}`, '/reset/[token]'],
  ['items', ['a'], undefined],
  ['nothing', null, undefined],
  ['emoji', `${'x'.repeat(59)}😀`, 'x'.repeat(59)],
])('%s %j is shown as %j', (key, value, shown) => expect(exampleOf(key, value)).toBe(shown));
