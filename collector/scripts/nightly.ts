/**
 * `npm run nightly`: the properties of the engine at a size for which `npm test` has no time. Says how
 * often incremental state was compared with recomputation from the log, from which seed, and what
 * differed. Then come the faults: payloads without sense by the million, and more kills, power cuts and
 * failing disks. `--seed` repeats a night, `--runs` is the number of stories of each theme, `--payloads`
 * and `--faults` are those of each fault test, `--save` keeps the text.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runToEnd } from '../../e2e/scripts/child.ts';
import { commandOf } from './command.ts';

/** A night that compares less than this has not done its work. */
const COMPARISONS_MIN = 1_000_000;
const RUN_MS_MAX = 6 * 3_600_000;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RESULTS = fileURLToPath(new URL('../bench/results', import.meta.url));

/** The parts of vitest's JSON report that are read here. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
      readonly meta: { readonly compared?: number };
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

type Assertion = Report['testResults'][number]['assertionResults'][number];

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    runs: { type: 'string', default: '9000' },
    payloads: { type: 'string', default: '1000000' },
    faults: { type: 'string', default: '30' },
    save: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'inkling-nightly-'));
const themes = await run('collector/src/segments/engine.test.ts', { PROPERTY_RUNS: options.runs });
const faults = await run('e2e/faults', {
  FUZZ_PAYLOADS: options.payloads,
  FAULT_RUNS: options.faults,
});
rmSync(folder, { recursive: true, force: true });
const comparisons = themes.reduce((sum, { meta }) => sum + (meta.compared ?? 0), 0);
const different = themes.filter(({ status }) => status !== 'passed');
const broken = faults.filter(({ status }) => status !== 'passed');
const text = [
  'Incremental state held against recomputation from the log, after every step and at every due instant',
  '',
  `${new Date().toISOString().slice(0, 10)}, ${process.platform} ${process.arch}, node ${process.versions.node}, ${availableParallelism()} cores`,
  `seed ${options.seed}, ${Number(options.runs).toLocaleString('en')} stories of each theme`,
  '',
  ...themes.map(lineOf),
  '',
  `${comparisons.toLocaleString('en')} comparisons, ${different.length === 0 ? '0 differences' : `differences in ${different.length} of ${themes.length} themes`}`,
  '',
  `${Number(options.payloads).toLocaleString('en')} payloads, ${options.faults} runs of each fault`,
  '',
  ...faults.map(faultLineOf),
  '',
].join('\n');
process.stdout.write(text);
for (const { failureMessages = [] } of [...different, ...broken])
  console.log(failureMessages.join('\n'));
if (options.save) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${new Date().toISOString().slice(0, 10)}-nightly.txt`), text);
}
const isWhole = themes.length > 0 && faults.length > 0 && comparisons >= COMPARISONS_MIN;
if (different.length > 0 || broken.length > 0 || !isWhole) {
  if (comparisons < COMPARISONS_MIN)
    console.log(`Too few: at least ${COMPARISONS_MIN} are a night.`);
  process.exitCode = 1;
}

/** Runs tests one file at a time, for some measure memory and pace; says all where nothing ran. */
async function run(tests: string, settings: NodeJS.ProcessEnv): Promise<readonly Assertion[]> {
  const file = join(folder, 'report.json');
  rmSync(file, { force: true });
  const { output } = await runToEnd(
    [
      commandOf(ROOT, 'vitest'),
      ...['run', tests, '--no-file-parallelism', `--testTimeout=${RUN_MS_MAX}`],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    ],
    {
      cwd: ROOT,
      env: { ...process.env, PROPERTY_SEED: options.seed, ...settings },
      timeoutMs: RUN_MS_MAX,
    },
  );
  try {
    const { testResults }: Report = JSON.parse(readFileSync(file, 'utf8'));
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } catch {
    console.log(output);
    return [];
  }
}

function faultLineOf({ title, status, duration = 0 }: Assertion): string {
  const seconds = `${(duration / 1_000).toFixed(0)} s`.padStart(8);
  return `${seconds}  ${status === 'passed' ? 'held  ' : 'BROKEN'}  ${title}`;
}

function lineOf({ title, status, duration = 0, meta }: Assertion) {
  const theme = title.slice(title.indexOf(':') + 2).replaceAll("'", '');
  const compared = (meta.compared ?? 0).toLocaleString('en').padStart(12);
  const seconds = `${(duration / 1_000).toFixed(0)} s`.padStart(8);
  return `${theme.padEnd(32)}${compared}${seconds}  ${status === 'passed' ? 'no difference' : 'DIFFERENT'}`;
}
