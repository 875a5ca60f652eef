/** The page that the curves leave behind. */
import { type CurveSize, type Curves, EVENTS_PER_TRANSACTION, type Measured } from './curves.ts';
import { describeMachine } from './machine.ts';
import { columns, median } from './table.ts';

const US_PER_MS = 1_000;
const BYTES_PER_MIB = 2 ** 20;

export function curvesReport(
  curves: Curves,
  size: CurveSize,
  loadAverages: readonly number[],
): string {
  return [
    'What an event costs, against how many segments and people there are: the real writer on a real file',
    '',
    ...describeMachine(),
    `load average before and after: ${loadAverages.map((each) => each.toFixed(1)).join(' ')}`,
    `medians of ${size.rounds} interleaved rounds of ${size.events.toLocaleString('en')} events, ${EVENTS_PER_TRANSACTION} a transaction, synchronous=FULL`,
    'all that a round causes is counted: storing, judging, exits by time, messages to others',
    '"catalogue" is every ready-made segment; the others are ten of them and segments of single pages',
    '"recent": mostly people who are on the site now; "anybody": each event is of a random person',
    '',
    ...costs(curves),
    '',
    'The same questions asked again of all events: one scan for one segment and one fresh answer',
    '',
    ...scans(curves),
    '',
    'The last columns say how many events the collector takes in, with all ten segments of that file kept',
    'up to the millisecond, for the CPU time of one such scan. The copy for DuckDB is not counted.',
    '',
    ...verdict(curves),
    '',
  ].join('\n');
}

function costs({ measured, insertUs }: Curves): readonly string[] {
  const limit = median(insertUs) ?? Number.NaN;
  const head = [
    ...['segments', 'people', 'events of', 'CPU µs/event', 'times the bare insert'],
    ...['events/s', 'changes/event', 'MiB', 'rounds'],
  ];
  const lines = measured.map((each) => {
    const { point, rounds, fileBytes } = each;
    const cpu = costOf(each);
    return [
      String(point.segments),
      point.visitors.toLocaleString('en'),
      point.who === 'skewed' ? 'recent' : 'anybody',
      cpu.toFixed(1),
      (cpu / limit).toFixed(1),
      Math.round(
        median(rounds.map(({ events, measuredMs }) => (events / measuredMs) * 1_000)) ?? Number.NaN,
      ).toLocaleString('en'),
      (
        rounds.reduce((sum, { changes }) => sum + changes, 0) /
        rounds.reduce((sum, { events }) => sum + events, 0)
      ).toFixed(2),
      (fileBytes / BYTES_PER_MIB).toFixed(0),
      rounds.map((round) => usOf(round).toFixed(0)).join(' '),
    ];
  });
  const bare = ['bare insert of the same events', '', '', limit.toFixed(1), '1.0'];
  return columns([head, ...lines, bare]);
}

function scans({ scans: all, measured }: Curves): readonly string[] {
  const head = [
    ...['question', 'people', 'found', 'SQL s', 'DuckDB s', 'SQL CPU s', 'DuckDB CPU s'],
    ...['events for one SQL scan', 'for one in DuckDB'],
  ];
  const lines = all.flatMap(({ point, scanned }) => {
    const own = measured.find((each) => each.point === point);
    const us = own === undefined ? Number.NaN : costOf(own);
    const eventsFor = (cpuMs: number) => Math.round((cpuMs * US_PER_MS) / us).toLocaleString('en');
    return scanned.map(({ question, members, sql, duckdb }) => [
      question.words,
      point.visitors.toLocaleString('en'),
      members.toLocaleString('en'),
      ...[sql.wallMs, duckdb.wallMs, sql.cpuMs, duckdb.cpuMs].map((ms) => (ms / 1_000).toFixed(3)),
      eventsFor(sql.cpuMs),
      eventsFor(duckdb.cpuMs),
    ]);
  });
  return columns([head, ...lines]);
}

function verdict({ faults, measured }: Curves): readonly string[] {
  if (faults.length > 0) return ['WRONG', ...faults];
  const checked = measured.reduce((sum, { audited }) => sum + audited.checked, 0);
  const people = measured.reduce((sum, { audited }) => sum + audited.people, 0);
  return [
    `Audit: ${checked.toLocaleString('en')} memberships of ${people.toLocaleString('en')} people recomputed from the log alone, 0 differences.`,
    'Every scan found as many people as the segment has members.',
  ];
}

function costOf({ rounds }: Measured): number {
  return median(rounds.map(usOf)) ?? Number.NaN;
}

function usOf({ cpuMs, events }: Measured['rounds'][number]): number {
  return (cpuMs * US_PER_MS) / events;
}
