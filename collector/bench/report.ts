/** The page that a run of the bench leaves behind. */
import { BATCHES, type Contest, ROWS_PER_TRANSACTION } from './contest.ts';
import { describeMachine } from './machine.ts';
import { columns, type Figure, type Row, ratio, table } from './table.ts';
import { VISITORS } from './visitors.ts';

export interface Circumstances {
  readonly rounds: number;
  readonly measureMs: number;
  /** One of each round. */
  readonly loadAverages: readonly number[];
}

export function reportOf(contest: Contest, circumstances: Circumstances): string {
  const { rounds, measureMs, loadAverages } = circumstances;
  const of = (name: string) => contest.figures.get(name) ?? [];
  const visitors = VISITORS.toLocaleString('en');
  return [
    'Acknowledged events per second: over HTTP from 64 connections, on disk when acknowledged',
    '',
    ...describeMachine(),
    `load average after each round: ${loadAverages.map((each) => each.toFixed(1)).join(' ')}`,
    `${contest.segments} segments, ${visitors} visitors; medians of ${rounds} interleaved rounds of ${measureMs / 1_000} s each`,
    'each event of a batch is of a visitor of its own; CPU is that of the server, all threads',
    '',
    ...table(rowsOf(of)),
    '',
    ...columns([['', 'times as fast', 'times the CPU'], ...ratiosOf(of)]),
    '',
    ...verdictOn(contest.faults),
    '',
  ].join('\n');
}

type Figures = (name: string) => readonly Figure[];

function rowsOf(of: Figures): readonly Row[] {
  const servers = BATCHES.flatMap((batch) => [
    { name: `Hono that keeps nothing, batches of ${batch}`, figures: of(`noop ${batch}`) },
    { name: `the collector, batches of ${batch}`, figures: of(`collector ${batch}`) },
    { name: `a transaction per request, batches of ${batch}`, figures: of(`naive ${batch}`) },
  ]);
  const inserts = ROWS_PER_TRANSACTION.map((rows) => ({
    name: `bare insert of the same events, ${rows} a transaction`,
    figures: of(`insert ${rows}`),
  }));
  return [...servers, ...inserts];
}

function ratiosOf(of: Figures): readonly (readonly string[])[] {
  return BATCHES.flatMap((batch) => {
    const collector = of(`collector ${batch}`);
    const name = (other: string) => `collector / ${other}, batches of ${batch}`;
    return [
      ratio(name('Hono that keeps nothing'), collector, of(`noop ${batch}`)),
      ratio(name('bare insert, 200 a transaction'), collector, of('insert 200')),
      ratio(name('a transaction per request'), collector, of(`naive ${batch}`)),
    ];
  });
}

function verdictOn(faults: readonly string[]): readonly string[] {
  if (faults.length > 0) return ['WRONG', ...faults];
  return [
    'After each round every acknowledged event was stored exactly once, requests sent once more were',
    'answered as duplicates, and each segment was as large as its members are many.',
  ];
}
