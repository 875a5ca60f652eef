import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../e2e/scripts/child.ts';
import { commandOf } from '../../scripts/command.ts';
import { MUTANTS } from '../../testing/mutants.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUN_MS_MAX = 120_000;

test.each(MUTANTS)('$name can be put where the defect is meant to be', ({ file, find }) => {
  const code = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(code.split(find)).toHaveLength(2);
});

describe('the property of the engine notices that', () => {
  test.concurrent.each(MUTANTS)('$name', { timeout: RUN_MS_MAX }, async ({ name, theme }) => {
    const only = theme === undefined ? [] : ['-t', theme];
    const property = ['--bail=1', ...only, 'collector/src/segments/engine.test.ts'];
    const vitest = [commandOf(ROOT, 'vitest'), 'run', ...property];
    const { ok, output } = await runToEnd(vitest, {
      cwd: ROOT,
      env: { ...process.env, INKLING_MUTANT: name, ...(theme && { PROPERTY_RUNS: '2000' }) },
      timeoutMs: RUN_MS_MAX,
    });
    expect(ok, output).toBe(false);
    expect(output).toContain('Property failed after');
  });
});
