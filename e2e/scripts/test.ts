/**
 * `npm test`: everything, in one go. Each step says its name, time and result; the output of one
 * that fails is shown in full. The last line is `N passed, N failed`, and the exit code is 0 only if
 * nothing failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOf } from '../../collector/scripts/command.ts';
import { killAll, runToEnd } from './child.ts';
import {
  add,
  NOTHING,
  type Outcome,
  type Tally,
  tallyOfPlaywright,
  tallyOfStep,
  tallyOfVitest,
} from './tally.ts';

const MINUTE_MS = 60_000;
/** The whole run ends within this, whatever hangs. */
const RUN_MS_MAX = 28 * MINUTE_MS;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPORTS = mkdtempSync(join(tmpdir(), 'inkling-test-'));
const VITEST_REPORT = join(REPORTS, 'vitest.json');
const PLAYWRIGHT_REPORT = join(REPORTS, 'playwright.json');

interface Step {
  readonly name: string;
  /** npm package whose command line runs. */
  readonly tool: string;
  readonly args: readonly string[];
  readonly minutesMax: number;
  /** Reads how many tests came out how. */
  readonly count?: () => Tally;
  /** Makes no sense on a build that failed. */
  readonly needsBuild?: boolean;
}

const STEPS: readonly Step[] = [
  { name: 'build', tool: 'tsx', args: ['collector/scripts/build.ts'], minutesMax: 5 },
  { name: 'lint', tool: '@biomejs/biome', args: ['check', '--error-on-warnings'], minutesMax: 3 },
  {
    name: 'types of what ships',
    tool: 'typescript',
    args: ['-b', 'sdk', 'snippet', 'collector'],
    minutesMax: 3,
  },
  { name: 'types of tests', tool: 'typescript', args: ['-p', '.'], minutesMax: 3 },
  {
    name: 'types of the dashboard',
    tool: 'typescript',
    args: ['-p', 'collector/dashboard', '--noEmit'],
    minutesMax: 3,
  },
  {
    name: 'unit tests',
    tool: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`],
    minutesMax: 12,
    count: () => tallyOfVitest(JSON.parse(readFileSync(VITEST_REPORT, 'utf8'))),
  },
  {
    name: 'browser tests',
    tool: '@playwright/test',
    args: ['test', '--config=e2e/playwright.config.ts', '--reporter=list,json'],
    minutesMax: 15,
    count: () => tallyOfPlaywright(JSON.parse(readFileSync(PLAYWRIGHT_REPORT, 'utf8'))),
    needsBuild: true,
  },
];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    killAll();
    rmSync(REPORTS, { recursive: true, force: true });
    process.exit(1);
  });
}

const total = await runAll();
rmSync(REPORTS, { recursive: true, force: true });
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runAll(): Promise<Tally> {
  const startedMs = performance.now();
  let total = NOTHING;
  let isBuilt = true;
  for (const step of STEPS) {
    const leftMs = RUN_MS_MAX - (performance.now() - startedMs);
    process.stdout.write(step.name.padEnd(26));
    const outcome: Outcome =
      (step.needsBuild && !isBuilt) || leftMs <= 0
        ? skip(leftMs)
        : await run(step, Math.min(step.minutesMax * MINUTE_MS, leftMs));
    if (step.name === 'build') isBuilt = outcome.ok;
    total = add(total, tallyOfStep(outcome));
  }
  return total;
}

/** A step that could not run is a failure: silence must not look like success. */
function skip(leftMs: number): Outcome {
  console.log(leftMs <= 0 ? 'NOT RUN: no time left' : 'NOT RUN: the build failed');
  return { ok: false };
}

async function run(step: Step, timeoutMs: number): Promise<Outcome> {
  const startedMs = performance.now();
  const { ok, output } = await runToEnd([commandOf(ROOT, step.tool), ...step.args], {
    cwd: ROOT,
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: PLAYWRIGHT_REPORT },
    timeoutMs,
  });
  const outcome = ok ? { ok, ...counted(step) } : { ok, ...countedOrNothing(step) };
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds} s${inWords(outcome.tally)}`);
  if (!ok) console.log(`\n${output.trimEnd()}\n`);
  return outcome;
}

function counted(step: Step): { readonly tally?: Tally } {
  return step.count === undefined ? {} : { tally: step.count() };
}

/** A tool that broke off has left no report. */
function countedOrNothing(step: Step): { readonly tally?: Tally } {
  try {
    return counted(step);
  } catch {
    return {};
  }
}

function inWords(tally: Tally | undefined): string {
  if (tally === undefined) return '';
  const failed = tally.failed > 0 ? `, ${tally.failed} failed` : '';
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  return `   ${tally.passed} passed${failed}${skipped}`;
}
