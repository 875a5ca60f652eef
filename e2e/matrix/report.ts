import { describeHardware } from '../../collector/bench/machine.ts';
import { columns } from '../../collector/bench/table.ts';
import { AFTER_MS_MAX, BEFORE_MS_MAX, type Cell, TROUBLE_MS_MAX } from './cell.ts';
import { ENDINGS, type Ending } from './endings.ts';
import { LANES, type Matrix, ROUNDS } from './matrix.ts';

/** The page that a run leaves behind. */
export function matrixReport(matrix: Matrix, loadAverages: readonly number[]): string {
  const { scripts, cells, browser } = matrix;
  const names = scripts.map(({ name }) => name);
  const rows = (show: (sum: Sum, ending: Ending) => string) => [
    ['', 'sent', ...names],
    ...ENDINGS.map((ending) => {
      const sums = names.map((name) => sumOf(cells, name, ending.name));
      return [ending.name, String(sums[0]?.sent ?? 0), ...sums.map((sum) => show(sum, ending))];
    }),
  ];
  const seconds = (ms: number) => `${ms / 1_000} s`;
  return [
    'Events that arrive, by how a visit ends and what comes in the way: five tracking scripts in one browser',
    '',
    ...describeHardware(),
    `node ${process.versions.node}, ${browser}; load average before and after: ${loadAverages.map((each) => each.toFixed(1)).join(' ')}`,
    '',
    ...columnsLeft([
      ['script', 'package', 'set up'],
      ...scripts.map(({ name, version, source, options }) => [
        name,
        `${source} ${version}`,
        options,
      ]),
    ]),
    '',
    `Each cell is of ${ROUNDS} visitors, each new to the site, with a script that has delivered something before;`,
    `${LANES} visitors are there at a time. An event has arrived when a server of another origin, on this machine,`,
    'has answered 2xx to the request that carried it.',
    '',
    `Of trouble, a failed or refused request is waited for, up to ${seconds(TROUBLE_MS_MAX)}. Then events have up to ${seconds(BEFORE_MS_MAX)}`,
    `to arrive; then the visitor opens a page, does one more thing, and all has up to ${seconds(AFTER_MS_MAX)} once more.`,
    'The bounds are the same for all; what would arrive later than that counts as lost.',
    '',
    'A page is told that it is hidden, since a driven browser shows all tabs; its listener of pagehide is',
    'later than those of the script. A tab that crashes or is killed is a process that ends without a word.',
    '',
    'Arrived in the end; +n: so many copies more that no server can know for such',
    '',
    ...columns(rows(({ after, doubled }) => `${after}${doubled > 0 ? ` +${doubled}` : ''}`)),
    '',
    'Arrived before the visitor returned; - where the trouble lasts until then',
    '',
    ...columns(rows(({ before }, { relieve }) => (relieve === undefined ? String(before) : '-'))),
    '',
    'Copies sent once more with the id of the first, by which a server leaves them out',
    '',
    ...columns(rows(({ repeated }) => String(repeated))),
    '',
    ...scripts.map(({ name }) => elsewhereOf(name, cells)),
    '',
    ...verdictOn(matrix),
    '',
  ].join('\n');
}

/** What must not be: a cell that could not be played, and an event of ours that is lost or doubled. */
export function matrixFaults({ cells }: Matrix): readonly string[] {
  return cells.flatMap(({ script, ending, sent, after, doubled, fault }) => {
    const where = `${script}, ${ending}:`;
    if (fault !== undefined) return [`${where} ${fault}`];
    if (script !== 'Inkling' || (after === sent && doubled === 0)) return [];
    return [`${where} ${after} of ${sent} arrived, ${doubled} doubled`];
  });
}

type Sum = Pick<Cell, 'sent' | 'before' | 'after' | 'doubled' | 'repeated'>;

/** Over all rounds. */
function sumOf(cells: readonly Cell[], script: string, ending: string): Sum {
  const rounds = cells.filter((cell) => cell.script === script && cell.ending === ending);
  const over = (field: keyof Sum) => rounds.reduce((sum, cell) => sum + cell[field], 0);
  return {
    sent: over('sent'),
    before: over('before'),
    after: over('after'),
    doubled: over('doubled'),
    repeated: over('repeated'),
  };
}

function elsewhereOf(script: string, cells: readonly Cell[]): string {
  const asked = cells.flatMap((cell) => (cell.script === script ? cell.elsewhere : []));
  const which = [...new Set(asked)].join(', ');
  return `${script} asked off this machine ${asked.length} times${which === '' ? '' : `: ${which}`}`;
}

function verdictOn(matrix: Matrix): readonly string[] {
  const faults = matrixFaults(matrix);
  return faults.length > 0
    ? ['WRONG', ...faults]
    : ['Of Inkling, each event arrived, and no copy that a server would keep.'];
}

/** All columns to the left. */
function columnsLeft(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
