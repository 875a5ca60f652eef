import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Freshness, fingerprint, freshness, readStamp, writeStamp } from './freshness.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inkling-freshness-'));
  write('src/a.ts', 'a');
  write('src/deep/b.ts', 'b');
  write('dist/a.js', 'built');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

/** Builds, lets `change` happen, and says how the build looks then. */
function check(change: () => void, expected: Freshness): void {
  const stampFile = join(root, 'cache/step.json');
  const inputs = ['src', 'settings.json'];
  writeStamp(stampFile, { inputs: fingerprint(root, inputs), outputs: ['dist/a.js'] });
  change();
  expect(freshness(root, readStamp(stampFile), fingerprint(root, inputs))).toBe(expected);
}

describe('a build', () => {
  const cases: readonly { when: string; change: () => void; expected: Freshness }[] = [
    { when: 'nothing changed', change: () => {}, expected: 'fresh' },
    {
      when: 'a clone gave every file a new time',
      change: () => utimesSync(join(root, 'src/a.ts'), 9e8, 9e8),
      expected: 'fresh',
    },
    { when: 'a test changed', change: () => write('src/a.test.ts', 'x'), expected: 'fresh' },
    { when: 'a source changed', change: () => write('src/deep/b.ts', 'c'), expected: 'stale' },
    { when: 'a source is new', change: () => write('src/c.ts', ''), expected: 'stale' },
    { when: 'a source is gone', change: () => rmSync(join(root, 'src/a.ts')), expected: 'stale' },
    { when: 'a setting appeared', change: () => write('settings.json', '1'), expected: 'stale' },
    {
      when: 'content moved between files',
      change: () => {
        write('src/a.ts', 'b');
        write('src/deep/b.ts', 'a');
      },
      expected: 'stale',
    },
    {
      when: 'an output was deleted',
      change: () => rmSync(join(root, 'dist/a.js')),
      expected: 'partial',
    },
    {
      when: 'the stamp was deleted',
      change: () => rmSync(join(root, 'cache'), { recursive: true }),
      expected: 'partial',
    },
    {
      when: 'the stamp is broken',
      change: () => write('cache/step.json', '{"inputs":'),
      expected: 'partial',
    },
  ];
  test.each(cases)('is $expected when $when', ({ change, expected }) => check(change, expected));
});
