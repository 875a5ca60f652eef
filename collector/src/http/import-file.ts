import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EVENT_BYTES_MAX } from '@inkling/sdk/protocol';
import { parse } from 'csv-parse';
import { isGzip } from './body.ts';
import type { Problem } from './problem.ts';

/** How the rows of a file are written. */
export type RowsFormat = 'csv' | 'ndjson';

/** One row of a file, or why it is none. */
export type FileRow<Content> = {
  /** Where in the file it ends; the first line is 1. */
  readonly line: number;
} & ({ readonly ok: true; readonly content: Content } | Unreadable);

interface Unreadable {
  readonly ok: false;
  readonly code: 'invalid' | 'too_large';
  readonly why: string;
}

/** What stops a file from being read on. */
export class FileProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** What a file may inflate to: it is read piece by piece and never held whole. */
export const INFLATED_BYTES_MAX = 512 * 1024 * 1024;

/** A longer row of a table is most likely the rest of the file behind a quote. */
const CSV_ROW_CHARS_MAX = 1024 * 1024;

/** What separates cells, by what is most frequent in the heading: spreadsheets differ by country. */
const DELIMITERS = [',', ';', '\t'] as const;

/**
 * The rows of a CSV file with the cells of each, its heading among them. Quotes are those of RFC 4180;
 * empty lines are left out; a row whose quotes make no sense is one row that cannot be read.
 *
 * @throws {FileProblem} where the file is not gzip or UTF-8, or too large.
 */
export async function* csvRows(content: Uint8Array): AsyncGenerator<FileRow<readonly string[]>> {
  const { head, texts } = await peekLine(textOf(content));
  const delimiter = DELIMITERS.reduce((most, each) =>
    head.split(each).length > head.split(most).length ? each : most,
  );
  const skipped: FileRow<never>[] = [];
  let isEndless = false;
  let last = 0;
  const parser = parse({
    delimiter,
    info: true,
    max_record_size: CSV_ROW_CHARS_MAX,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const line = Number(error?.lines ?? 0);
      // The parser stops here, and says no more than this.
      if (error?.code === 'CSV_MAX_RECORD_SIZE') isEndless = true;
      else skipped.push({ line, ok: false, code: 'invalid', why: whyUnreadable(error?.code) });
    },
  });
  const source = Readable.from(texts);
  // An iterator of the parser alone would never hear of it.
  source.once('error', (error) => parser.destroy(error));
  for await (const { info, record } of source.pipe(parser) as AsyncIterable<CsvRecord>) {
    // The parser is ahead of who reads its rows.
    while (skipped[0] && skipped[0].line < info.lines) yield* skipped.splice(0, 1);
    last = info.lines;
    yield { line: last, ok: true, content: record };
  }
  yield* skipped;
  if (isEndless) throw new FileProblem(endlessAfter(last));
}

interface CsvRecord {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

function whyUnreadable(code: string | undefined): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'has a quote that is never closed: all that follows is part of it'
    : 'has a quote within a cell; put such a cell in quotes and double those inside';
}

function endlessAfter(line: number): Problem {
  const detail = `The row after line ${line} is longer than ${CSV_ROW_CHARS_MAX} characters: is there a quote that is never closed?`;
  return { code: 'invalid_request', detail, limit: CSV_ROW_CHARS_MAX };
}

/**
 * The rows of a file with one JSON value a line; empty lines are left out.
 *
 * @throws {FileProblem} as {@link csvRows}.
 */
export async function* ndjsonRows(content: Uint8Array): AsyncGenerator<FileRow<unknown>> {
  let line = 0;
  for await (const text of linesOf(textOf(content))) {
    line += 1;
    if (text === undefined) yield { line, ok: false, ...TOO_LONG };
    else if (text.trim() !== '') yield { line, ...readJson(text) };
  }
}

const TOO_LONG = { code: 'too_large', why: `is larger than ${EVENT_BYTES_MAX} bytes` } as const;

function readJson(text: string): { readonly ok: true; readonly content: unknown } | Unreadable {
  try {
    return { ok: true, content: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, code: 'invalid', why: 'is not JSON' };
  }
}

/** The lines of a text, without their ends; `undefined` for one that is longer than any event. */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string | undefined> {
  let rest = '';
  let isTooLong = false;
  for await (const text of texts) {
    const [first = '', ...others] = text.split('\n');
    rest = isTooLong ? '' : rest + first;
    for (const next of others) {
      yield isTooLong || rest.length > EVENT_BYTES_MAX ? undefined : rest;
      isTooLong = false;
      rest = next;
    }
    isTooLong ||= rest.length > EVENT_BYTES_MAX;
  }
  if (isTooLong) yield undefined;
  else if (rest !== '') yield rest;
}

/** The first line of a text, and the whole text once more. */
async function peekLine(texts: AsyncGenerator<string>): Promise<{
  readonly head: string;
  readonly texts: AsyncGenerator<string>;
}> {
  let read = '';
  while (!read.includes('\n') && read.length < EVENT_BYTES_MAX) {
    const { done, value } = await texts.next();
    if (done) break;
    read += value;
  }
  const [head = ''] = read.split('\n');
  async function* again(): AsyncGenerator<string> {
    yield read;
    yield* texts;
  }
  return { head, texts: again() };
}

/** Text in pieces, inflated by its content and not by its labels; a byte order mark is left out. */
async function* textOf(content: Uint8Array): AsyncGenerator<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const source = Readable.from([content]);
  const pieces: AsyncIterable<Uint8Array> = isGzip(content) ? source.pipe(createGunzip()) : source;
  try {
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > INFLATED_BYTES_MAX) throw new FileProblem(TOO_LARGE);
      yield utf8.decode(piece, { stream: true });
    }
    yield utf8.decode();
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem(error instanceof TypeError ? NOT_UTF8 : NOT_GZIP);
  }
}

const TOO_LARGE: Problem = {
  code: 'body_too_large',
  detail: `The file, inflated, is larger than ${INFLATED_BYTES_MAX} bytes; send it in parts.`,
  limit: INFLATED_BYTES_MAX,
};
const NOT_UTF8: Problem = {
  code: 'malformed_body',
  detail: 'The file is not UTF-8; spreadsheets save it so as "CSV UTF-8".',
};
const NOT_GZIP: Problem = {
  code: 'malformed_body',
  detail: 'The file starts as gzip but cannot be inflated.',
};
