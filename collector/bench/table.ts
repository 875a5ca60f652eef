/** Figures as text: medians of the rounds, in columns. */

/** What one measurement gave in one round. */
export interface Figure {
  readonly eventsPerS: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly cpuUsPerEvent?: number;
}

export interface Row {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/** The median of each field over the rounds. */
export function medianOf(figures: readonly Figure[]): Figure {
  const over = (field: keyof Figure) => median(figures.flatMap((each) => each[field] ?? []));
  const [p50Ms, p99Ms, cpuUsPerEvent] = [over('p50Ms'), over('p99Ms'), over('cpuUsPerEvent')];
  return {
    eventsPerS: over('eventsPerS') ?? Number.NaN,
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
    ...(cpuUsPerEvent !== undefined && { cpuUsPerEvent }),
  };
}

/** One line for each row: events/s, latencies, CPU per event, and events/s of each round. */
export function table(rows: readonly Row[]): readonly string[] {
  const head = ['', 'events/s', 'p50 ms', 'p99 ms', 'CPU µs/event', 'rounds'];
  const lines = rows.map(({ name, figures }) => {
    const { eventsPerS, p50Ms, p99Ms, cpuUsPerEvent } = medianOf(figures);
    const rounds = figures.map((figure) => whole(figure.eventsPerS)).join(' ');
    return [name, whole(eventsPerS), tenth(p50Ms), tenth(p99Ms), tenth(cpuUsPerEvent), rounds];
  });
  return columns([head, ...lines]);
}

/** How many times as fast as `than` something is, and how much CPU time it takes for it. */
export function ratio(
  name: string,
  of: readonly Figure[],
  than: readonly Figure[],
): readonly string[] {
  const [a, b] = [medianOf(of), medianOf(than)];
  const cpu = (a.cpuUsPerEvent ?? Number.NaN) / (b.cpuUsPerEvent ?? Number.NaN);
  return [name, (a.eventsPerS / b.eventsPerS).toFixed(2), Number.isNaN(cpu) ? '' : cpu.toFixed(1)];
}

/** The first column to the left, the others to the right. */
export function columns(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** `undefined` of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function tenth(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(1);
}
