import { type Column, pointerOf, readHeading, wireOf } from '../ingest/heading.ts';
import { isObject } from '../ingest/parse-text.ts';
import { csvRows, FileProblem, type FileRow, ndjsonRows, type RowsFormat } from './import-file.ts';
import type { Problem } from './problem.ts';

/** A row on its way: where it stands, what it says, and which of its cells a fault is in. */
export interface Row {
  readonly line: number;
  readonly wire: unknown;
  /** What a row that cannot be read is refused for. */
  readonly unreadable?: Extract<FileRow<unknown>, { ok: false }>;
  /** By a JSON pointer into `wire`. */
  readonly headingAt?: (pointer: string) => string | undefined;
}

/**
 * The rows of a file as wire events.
 *
 * @param headed - Is told the columns of a table before its first row.
 * @throws {FileProblem} where nothing more can be read.
 */
export async function* rowsOf(
  content: Uint8Array,
  format: RowsFormat,
  headed: (columns: readonly Column[]) => void,
): AsyncGenerator<Row> {
  if (format === 'csv') return yield* tableRows(content, headed);
  for await (const row of ndjsonRows(content)) {
    yield row.ok
      ? { line: row.line, wire: withType(row.content) }
      : { line: row.line, wire: null, unreadable: row };
  }
}

/** An object that names no type is one as a row of a table is. */
function withType(value: unknown): unknown {
  if (!isObject(value) || value.type !== undefined) return value;
  return { ...value, type: value.event === undefined ? 'identify' : 'track' };
}

async function* tableRows(
  content: Uint8Array,
  headed: (columns: readonly Column[]) => void,
): AsyncGenerator<Row> {
  let columns: readonly Column[] | undefined;
  for await (const row of csvRows(content)) {
    if (columns === undefined) {
      columns = columnsOf(row);
      headed(columns);
    } else if (row.ok) yield rowOf(row.line, row.content, columns);
    else yield { line: row.line, wire: null, unreadable: row };
  }
  if (columns === undefined) throw new FileProblem(NO_HEADING);
}

function columnsOf(row: FileRow<readonly string[]>): readonly Column[] {
  if (!row.ok) {
    const detail = `The first line names the columns, but it ${row.why}.`;
    throw new FileProblem({ code: 'invalid_request', detail });
  }
  const read = readHeading(row.content);
  if (read.ok) return read.columns;
  const names = read.wrong.map((heading) => JSON.stringify(heading.slice(0, 100))).join(', ');
  const detail = `Each column needs a name of its own in the first line; these have none: ${names}.`;
  throw new FileProblem({ code: 'invalid_request', detail });
}

function rowOf(line: number, cells: readonly string[], columns: readonly Column[]): Row {
  if (cells.length > columns.length) {
    const why = `has ${cells.length} cells, and the heading ${columns.length}`;
    return { line, wire: null, unreadable: { line, ok: false, code: 'invalid', why } };
  }
  const headingAt = (pointer: string) =>
    columns.find((column) => pointerOf(column, cells, columns) === pointer)?.heading;
  return { line, wire: wireOf(cells, columns), headingAt };
}

const NO_HEADING: Problem = {
  code: 'invalid_request',
  detail: 'The file is empty: its first line names the columns.',
};
