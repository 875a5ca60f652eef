/**
 * `npm run bench`: what the collector takes in, beside what Hono and SQLite take alone and what the
 * same collector would take if it wrote row by row. `--quick` for a first look, `--save` to keep it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { here } from './child.ts';
import { Contest } from './contest.ts';
import { loadAverage } from './machine.ts';
import { reportOf } from './report.ts';

const ROUNDS = 3;
const FULL = { warmUpMs: 1_000, measureMs: 4_000 };
const QUICK = { warmUpMs: 500, measureMs: 1_200 };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const timing = options.quick ? QUICK : FULL;
const contest = new Contest(timing);
const loadAverages: number[] = [];
await contest.start();
for (let round = 0; round < ROUNDS; round += 1) {
  await contest.measureRound();
  loadAverages.push(loadAverage());
}
await contest.stop();

const text = reportOf(contest, { rounds: ROUNDS, measureMs: timing.measureMs, loadAverages });
process.stdout.write(text);
if (options.save) {
  mkdirSync(here('results'), { recursive: true });
  writeFileSync(here(`results/${new Date().toISOString().slice(0, 10)}-ingest.txt`), text);
}
if (contest.faults.length > 0) process.exitCode = 1;
