import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EVENT_BYTES_MAX } from '@inkling/sdk/protocol';
import { CsvError, type Info, parse } from 'csv-parse';
import { type Column, type Row, readHeader, rowOf, rowOfJson } from '../ingest/parse-row.ts';
import { isGzip } from './body.ts';
import type { TableFormat } from './import-format.ts';
import type { Problem } from './problem.ts';

/** A longer row is no event. Quoting may make it twice as long as what it holds. */
export const ROW_CHARS_MAX: number = 2 * EVENT_BYTES_MAX;

/** A file of which no further row can be read; the rows before are good. */
export class Unreadable extends Error {
  readonly problem: Problem;
  /** The line where reading stopped, counted from 1. */
  readonly line: number;

  constructor(problem: Problem, line: number, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
    this.line = line;
  }
}

/**
 * Reads a file row by row as it arrives, as it is or as gzip; it holds one piece of it at a time and
 * asks for the next when that is used up.
 *
 * @throws {Unreadable} Where it cannot be read on.
 */
export async function* readRows(
  body: ReadableStream<Uint8Array> | null,
  format: TableFormat,
): AsyncGenerator<Row> {
  const texts = decoded(inflated(body));
  yield* format === 'csv' ? csvRows(texts) : jsonRows(texts);
}

async function* inflated(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const chunks = (body ?? new Blob([]).stream())[Symbol.asyncIterator]();
  const first = await nextOf(chunks);
  if (first === undefined) return;
  const whole = async function* () {
    yield first;
    for (let chunk = await nextOf(chunks); chunk; chunk = await nextOf(chunks)) yield chunk;
  };
  if (!isGzip(first)) return yield* whole();
  const packed = Readable.from(whole());
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of packed.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw unreadable('malformed_body', 'The body starts as gzip but cannot be inflated.', error);
  } finally {
    packed.destroy();
  }
}

async function nextOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await chunks.next();
    return done === true ? undefined : value;
  } catch (error) {
    throw unreadable('request_timeout', 'The body did not arrive in full.', error);
  }
}

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? utf8.decode() : utf8.decode(chunk, { stream: true });
    } catch (error) {
      throw unreadable('malformed_body', 'The body is not UTF-8; export it as UTF-8.', error);
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

/** What separates cells, by what is most frequent in the header: spreadsheets differ by country. */
const DELIMITERS = [',', ';', '\t'] as const;

function delimiterOf(header: string): string {
  const countOf = (delimiter: string) => header.split(delimiter).length;
  return DELIMITERS.reduce((most, each) => (countOf(each) > countOf(most) ? each : most));
}

/** Hands texts on from where the first line is whole, so that whoever reads the first has all of it. */
async function* withFirstLine(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let first: string | undefined = '';
  for await (const text of texts) {
    if (first === undefined) {
      yield text;
      continue;
    }
    first += text;
    if (!first.includes('\n') && first.length <= ROW_CHARS_MAX) continue;
    yield first;
    first = undefined;
  }
  if (first !== undefined) yield first;
}

async function* csvRows(texts: AsyncGenerator<string>): AsyncGenerator<Row> {
  const pieces = withFirstLine(texts);
  const { value: first = '' } = await pieces.next();
  let columns: readonly Column[] | undefined;
  let line = 1;
  const rows: Row[] = [];
  const parser = parse({
    delimiter: delimiterOf(first.split('\n', 1)[0] ?? ''),
    ...{ info: true, relax_column_count: true, skip_empty_lines: true },
    max_record_size: ROW_CHARS_MAX,
    // Handed on at once: what a stream still holds when it fails is lost.
    on_record: (read) => {
      const { record, info } = read as unknown as { record: readonly string[]; info: Info };
      if (columns === undefined) columns = columnsOf(record);
      else rows.push(rowOf(line, record, columns));
      line = info.lines + 1;
      return null;
    },
  });
  // Who writes is told of errors, too.
  parser.on('error', () => undefined);
  const take = async function* (text: string) {
    await told((done) => parser.write(text, done));
    yield* rows.splice(0);
  };
  try {
    yield* take(first);
    for await (const text of pieces) yield* take(text);
    await told((done) => parser.end(done));
  } catch (error) {
    yield* rows.splice(0);
    throw csvFault(error, line);
  } finally {
    parser.destroy();
  }
  yield* rows;
  if (columns === undefined) throw unreadable('invalid_request', 'The file has no header.');
}

/** Waits until a stream has taken in what it was given. */
function told(give: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    give((error) => (error ? reject(error) : resolve()));
  });
}

function columnsOf(names: readonly string[]): readonly Column[] {
  const header = readHeader(names);
  if (header.ok) return header.columns;
  throw unreadable('invalid_request', header.detail);
}

function csvFault(error: unknown, line: number): unknown {
  const code = error instanceof CsvError ? error.code : undefined;
  if (code === undefined) return error;
  const why = CSV_FAULTS[code] ?? 'a quote stands where none may';
  const detail = `Line ${line} and what follows cannot be read as CSV: ${why}.`;
  return new Unreadable({ code: 'invalid_request', detail }, line, { cause: error });
}

const CSV_FAULTS: Readonly<{ [code: string]: string }> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: `a row has more than ${ROW_CHARS_MAX} characters; most likely a quote is not closed`,
};

async function* jsonRows(texts: AsyncIterable<string>): AsyncGenerator<Row> {
  let rest = '';
  let line = 0;
  /** Of a line that is too long no more is kept. */
  let isCut = false;
  const rowAt = (text: string): Row[] => {
    line += 1;
    const wasCut = isCut || text.length > ROW_CHARS_MAX;
    isCut = false;
    if (wasCut) {
      const fault = `has more than ${ROW_CHARS_MAX} characters; write one object a line`;
      return [{ line, element: text.slice(0, ROW_CHARS_MAX), fault }];
    }
    return text.trim() === '' ? [] : [rowOfJson(line, text)];
  };
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const each of lines) yield* rowAt(each);
    if (rest.length > ROW_CHARS_MAX) {
      isCut = true;
      rest = rest.slice(0, ROW_CHARS_MAX);
    }
  }
  yield* rowAt(rest);
}

function unreadable(code: Problem['code'], detail: string, cause?: unknown): Unreadable {
  return new Unreadable({ code, detail }, 1, { cause });
}
