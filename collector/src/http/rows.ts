import { stringify } from 'csv-stringify/sync';
import type { MemberAnswer, Page } from '../query/answers.ts';
import { type Position, parseCursor } from '../query/cursor.ts';
import type { Ask, PageAsked } from './ask.ts';
import { streamText } from './text-stream.ts';

/** How a list of people is written. */
export type RowFormat = 'csv' | 'ndjson';

/** One page after the other is read and written, at the pace of whoever reads. */
const ROWS_PER_PAGE = 500;

const COLUMNS = ['id', 'userId', 'anonymousIds', 'enteredAt', 'leavesAt', 'traits'] as const;

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const satisfies Record<RowFormat, string>;

/**
 * Answers with a whole list of members as rows, from the cursor on.
 *
 * @param name - The name of the file for browsers that save it, free of quotes.
 * @param read - Reads one page.
 */
export function streamMembers(
  c: Ask,
  asked: RowsAsked,
  read: (page: PageAsked) => Promise<Page<MemberAnswer>>,
): Response {
  const { format, name } = asked;
  return streamText(c, writtenPages(asked, read), {
    type: TYPES[format],
    fileName: `${name.replaceAll(':', '-')}.${format}`,
  });
}

export interface RowsAsked {
  readonly format: RowFormat;
  readonly name: string;
  /** Most rows; without it all are written. */
  readonly limit?: number;
  readonly after?: Position;
  /** Of how many numbers this list's cursors are made. */
  readonly cursorLength: number;
}

async function* writtenPages(
  { format, limit: rows = Number.POSITIVE_INFINITY, after: start, cursorLength }: RowsAsked,
  read: (page: PageAsked) => Promise<Page<MemberAnswer>>,
): AsyncGenerator<string, undefined> {
  if (format === 'csv') yield stringify([[...COLUMNS]]);
  let after = start;
  for (let left = rows; left > 0; ) {
    const limit = Math.min(left, ROWS_PER_PAGE);
    const { data, next } = await read({ limit, ...(after && { after }) });
    left -= data.length;
    // A stream takes no empty piece for a piece.
    if (data.length > 0) yield format === 'csv' ? csvRows(data) : ndjsonRows(data);
    after = next === null ? undefined : parseCursor(next, cursorLength);
    if (after === undefined) return undefined;
  }
  return undefined;
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvRows(members: readonly MemberAnswer[]): string {
  const rows = members.map(({ id, userId, anonymousIds, enteredAt, leavesAt, traits }) => [
    ...[id, userId ?? '', anonymousIds.join(' '), enteredAt, leavesAt ?? ''],
    JSON.stringify(traits),
  ]);
  return stringify(rows, { escape_formulas: true });
}

function ndjsonRows(members: readonly MemberAnswer[]): string {
  return members.map((member) => `${JSON.stringify(member)}\n`).join('');
}
