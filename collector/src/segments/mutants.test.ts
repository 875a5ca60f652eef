import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../e2e/scripts/child.ts';
import { commandOf } from '../../scripts/command.ts';
import { LAW_MUTANTS } from '../../testing/law-mutants.ts';
import { MUTANTS } from '../../testing/mutants.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUN_MS_MAX = 120_000;

test.each(MUTANTS)('$name can be put where the defect is meant to be', ({ file, find }) => {
  const code = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(code.split(find)).toHaveLength(2);
});

test.each(LAW_MUTANTS)('$name can be put where the defect is meant to be', ({ file, find }) => {
  const code = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  expect(code.split(find)).toHaveLength(2);
});

describe('the property of the engine notices that', () => {
  test.concurrent.each(MUTANTS)('$name', { timeout: RUN_MS_MAX }, async ({ name, theme }) => {
    const only = theme === undefined ? [] : ['-t', theme];
    await expectNoticed(
      name,
      ['collector/src/segments/engine.test.ts', ...only],
      theme === undefined ? {} : { PROPERTY_RUNS: '2000' },
    );
  });
});

describe('a law notices that', () => {
  test.concurrent.each(LAW_MUTANTS)('$name: $law', { timeout: RUN_MS_MAX }, async (mutant) => {
    // The whole name, read as a pattern.
    const law = mutant.law.replaceAll(/[^\w\s]/gu, '.');
    await expectNoticed(mutant.name, [`collector/src/${mutant.test}`, '-t', `^${law}$`]);
  });
});

async function expectNoticed(
  mutant: string,
  property: readonly string[],
  settings: NodeJS.ProcessEnv = {},
): Promise<void> {
  const vitest = [commandOf(ROOT, 'vitest'), 'run', '--bail=1', ...property];
  const { ok, output } = await runToEnd(vitest, {
    cwd: ROOT,
    env: { ...process.env, INKLING_MUTANT: mutant, ...settings },
    timeoutMs: RUN_MS_MAX,
  });
  expect(ok, output).toBe(false);
  expect(output).toContain('Property failed after');
}
