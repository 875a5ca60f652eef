import { describeHardware } from '../../collector/bench/machine.ts';
import { columns, median } from '../../collector/bench/table.ts';
import { ROUNDS, SLOWDOWN, type Weighed, WINDOW_MS } from './weight.ts';

/** The page that a run leaves behind. */
export function weightReport(weighed: Weighed, loadAverages: readonly number[]): string {
  const { weights, scripts, browser } = weighed;
  const medianOf = (script: string, field: 'scriptMs' | 'taskMs') =>
    median(weights.flatMap((each) => (each.script === script ? each[field] : []))) ?? Number.NaN;
  const own = medianOf('Inkling', 'scriptMs');
  return [
    `Work of the main thread in the first ${WINDOW_MS / 1_000} s of a page, processor slowed ${SLOWDOWN} times`,
    '',
    ...describeHardware(),
    `node ${process.versions.node}, ${browser}; load average before and after: ${loadAverages.map((each) => each.toFixed(1)).join(' ')}`,
    `medians of ${ROUNDS} interleaved rounds; CPU time of the thread, by the browser's own counters`,
    '',
    ...columns([
      ['', 'JavaScript, ms', 'of Inkling', 'all tasks, ms', 'rounds of JavaScript'],
      ...scripts.map(({ name, version }) => [
        `${name} ${version}`.trim(),
        medianOf(name, 'scriptMs').toFixed(1),
        (medianOf(name, 'scriptMs') / own).toFixed(2),
        medianOf(name, 'taskMs').toFixed(0),
        weights.flatMap((each) => (each.script === name ? each.scriptMs.toFixed(1) : [])).join(' '),
      ]),
    ]),
    '',
  ].join('\n');
}
