/**
 * `npm run bench`: what the collector takes in, beside what Hono and SQLite take alone and what the
 * same collector would take if it wrote row by row (`--only ingest`); and what an event costs against
 * the number of segments and people, beside asking all events again (`--only curves`). How steady it is
 * over twenty minutes is told by `--only soak` alone; what other tracking scripts deliver beside ours, and
 * what they cost a page, by `--only delivery` and `--only weight`. `--quick` for a first look, `--save` to keep it. Ends with 1 where anything was not as it must be.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { here } from './child.ts';
import { Contest } from './contest.ts';
import { FULL_CURVES, measureCurves, QUICK_CURVES } from './curves.ts';
import { curvesReport } from './curves-report.ts';
import { loadAverage } from './machine.ts';
import { reportOf } from './report.ts';
import { FULL_SOAK, measureSoak, QUICK_SOAK } from './soak.ts';
import { GROWTH_MAX, growthOf, soakReport } from './soak-report.ts';

const ROUNDS = 3;
const FULL = { warmUpMs: 1_000, measureMs: 4_000 };
const QUICK = { warmUpMs: 500, measureMs: 1_200 };
const PARTS = ['ingest', 'curves', 'soak', 'delivery', 'weight'] as const;
/** The others take long, or need a browser, so they are to be asked for. */
const USUAL_PARTS: readonly Part[] = ['ingest', 'curves'];

type Part = (typeof PARTS)[number];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const only = PARTS.find((part) => part === options.only);
if (options.only !== undefined && only === undefined) {
  throw new Error(`--only takes one of ${PARTS.join(', ')}`);
}
const RUNS = {
  ingest: runContest,
  curves: runCurves,
  soak: runSoak,
  delivery: runDelivery,
  weight: runWeight,
} satisfies Record<Part, () => Promise<Page>>;
for (const part of only === undefined ? USUAL_PARTS : [only]) {
  const { text, faults } = await RUNS[part]();
  process.stdout.write(`${text}\n`);
  if (options.save) {
    mkdirSync(here('results'), { recursive: true });
    writeFileSync(here(`results/${new Date().toISOString().slice(0, 10)}-${part}.txt`), text);
  }
  if (faults.length > 0) process.exitCode = 1;
}

interface Page {
  readonly text: string;
  readonly faults: readonly string[];
}

async function runContest(): Promise<Page> {
  const timing = options.quick ? QUICK : FULL;
  const contest = new Contest(timing);
  const loadAverages: number[] = [];
  await contest.start();
  for (let round = 0; round < ROUNDS; round += 1) {
    await contest.measureRound();
    loadAverages.push(loadAverage());
  }
  await contest.stop();
  const circumstances = { rounds: ROUNDS, measureMs: timing.measureMs, loadAverages };
  return { text: reportOf(contest, circumstances), faults: contest.faults };
}

async function runCurves(): Promise<Page> {
  const size = options.quick ? QUICK_CURVES : FULL_CURVES;
  const before = loadAverage();
  const curves = await measureCurves(size);
  return { text: curvesReport(curves, size, [before, loadAverage()]), faults: curves.faults };
}

async function runSoak(): Promise<Page> {
  const size = options.quick ? QUICK_SOAK : FULL_SOAK;
  const before = loadAverage();
  const soak = await measureSoak(size);
  const text = soakReport(soak, size, [before, loadAverage()]);
  const grows = growthOf(soak.soaked) > GROWTH_MAX ? ['memory grows'] : [];
  return { text, faults: [...soak.faults, ...grows] };
}

async function runDelivery(): Promise<Page> {
  const { playMatrix } = await import('../../e2e/matrix/matrix.ts');
  const { matrixFaults, matrixReport } = await import('../../e2e/matrix/report.ts');
  const before = loadAverage();
  const matrix = await playMatrix();
  return {
    text: matrixReport(matrix, [before, loadAverage()]),
    faults: matrixFaults(matrix),
  };
}

async function runWeight(): Promise<Page> {
  const { weighScripts } = await import('../../e2e/matrix/weight.ts');
  const { weightReport } = await import('../../e2e/matrix/weight-report.ts');
  const before = loadAverage();
  const weighed = await weighScripts();
  return { text: weightReport(weighed, [before, loadAverage()]), faults: [] };
}
