import { EVENTS_PER_BATCH_MAX, type Json } from '@inkling/sdk/protocol';
import { type ParsedElement, parseEvent, type Surroundings } from './parse-event.ts';
import { empty } from './parse-object.ts';
import { isObject } from './parse-text.ts';

/** Rows of a file that are decided at once: as many as a batch may have. */
export const ROWS_AT_ONCE: number = EVENTS_PER_BATCH_MAX;

/** One row of an imported file, as it was read. */
export interface Row {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** A wire event, as far as is known yet; or whatever stood there. */
  readonly element: unknown;
  /** Why there is no event, where the row could not even be read. */
  readonly fault?: string;
}

/** Where the cells of a column go in an event, such as `['traits', 'plan']`. */
export type Column = readonly string[];

export type Header =
  | { readonly ok: true; readonly columns: readonly Column[] }
  /** For people: which names are wrong and what to do. */
  | { readonly ok: false; readonly detail: string };

/** Columns that are taken as they are: ids and names stay texts, whatever they look like. */
const FIELDS = [
  ...['type', 'event', 'name', 'userId', 'anonymousId', 'groupId', 'previousId'],
  ...['messageId', 'timestamp'],
];
const TREES = ['traits', 'properties', 'context'];
/** Says who may be meant where it is the only thing known of somebody. */
const EMAIL = 'email';

/** As JSON writes numbers, and short enough to mean the same as one: `0049` and card numbers stay texts. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const NUMBER_CHARS_MAX = 15;

/** Reads the first row of a CSV file. */
export function readHeader(names: readonly string[]): Header {
  const columns = names.map(columnOf);
  const unknown = names.filter((_, index) => columns[index] === undefined);
  if (unknown.length > 0) {
    const list = unknown.map((name) => JSON.stringify(name)).join(', ');
    return wrongHeader(
      `No column may be called ${list}. Columns are ${FIELDS.join(', ')}, ${EMAIL}, and traits.…, properties.… or context.… with a name of yours, such as traits.plan.`,
    );
  }
  const paths = columns.map((column) => column?.join('.') ?? '');
  const twice = paths.find((path, index) =>
    paths.some((other, at) => at !== index && (other === path || other.startsWith(`${path}.`))),
  );
  if (twice !== undefined) return wrongHeader(`More than one column gives ${twice}; leave one.`);
  if (!paths.includes('userId') && !paths.includes('anonymousId')) {
    return wrongHeader('No column says who it was: name one userId or anonymousId.');
  }
  return { ok: true, columns: columns.filter((column) => column !== undefined) };
}

/**
 * The event that a row of a CSV file tells. An empty cell says nothing; of traits, properties and
 * context `true` and `false` are booleans, numbers as JSON writes them are numbers, and all else,
 * dates too, stays the text that it is.
 */
export function rowOf(line: number, cells: readonly string[], columns: readonly Column[]): Row {
  if (cells.length !== columns.length) {
    const fault = `has ${cells.length} cells where the header names ${columns.length}; quote cells that hold commas, quotes or line breaks`;
    return { line, element: cells, fault };
  }
  const element = empty();
  columns.forEach((column, index) => {
    const cell = cells[index]?.trim() ?? '';
    if (cell !== '') put(element, column, column.length > 1 ? valueIn(cell) : cell);
  });
  return { line, element };
}

/** A line of an NDJSON file. */
export function rowOfJson(line: number, text: string): Row {
  try {
    return { line, element: JSON.parse(text) as unknown };
  } catch {
    return { line, element: text, fault: 'is not JSON; write one object a line' };
  }
}

/**
 * Reads a row as an event of the past. Its time is the one that it names: there is no sender's clock
 * by which it could be corrected. Never throws.
 *
 * @param index - Its position among the rows that are decided with it.
 */
export function parseRow({ element, fault }: Row, index: number): ParsedElement {
  if (fault !== undefined) return refused(index, fault, '');
  if (!isObject(element)) return refused(index, 'must be an object', '');
  // What an export of others has beside the corrected time are clocks of long ago.
  const { sentAt: _, originalTimestamp, ...told } = element;
  const wire: Record<string, unknown> = { ...told };
  wire.type ??= wire.event === undefined ? 'identify' : 'track';
  wire.timestamp ??= originalTimestamp;
  if (typeof wire.timestamp === 'string' && NUMBER.test(wire.timestamp)) {
    wire.timestamp = Number(wire.timestamp);
  }
  const parsed = parseEvent(wire, index, '', AROUND);
  if (!parsed.ok || parsed.event.timestampMs !== undefined) return parsed;
  const { type } = parsed.event;
  return HAPPENINGS.has(type)
    ? refused(
        index,
        `must say when the ${type} happened, such as 2026-01-31T12:00:00Z`,
        '/timestamp',
      )
    : parsed;
}

/** What is true from now on, such as a trait, needs no time; what happened does. */
const HAPPENINGS: ReadonlySet<string> = new Set(['track', 'page', 'screen']);

const AROUND: Surroundings = { context: empty(), contextBytes: 0, mayExceed: true };

function columnOf(written: string): Column | undefined {
  const name = written.trim();
  if (FIELDS.includes(name)) return [name];
  if (name === EMAIL) return ['traits', EMAIL];
  const path = name.split('.');
  const isTree = path.length > 1 && TREES.includes(path[0] ?? '');
  return isTree && path.every((key) => key !== '' && key !== '__proto__') ? path : undefined;
}

function put(target: Record<string, Json>, column: Column, value: Json): void {
  let place = target;
  for (const key of column.slice(0, -1)) {
    place[key] ??= empty();
    place = place[key] as Record<string, Json>;
  }
  place[column.at(-1) ?? ''] = value;
}

function valueIn(cell: string): Json {
  if (cell === 'true' || cell === 'false') return cell === 'true';
  const isNumber = cell.length <= NUMBER_CHARS_MAX && NUMBER.test(cell);
  return isNumber && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

function refused(index: number, detail: string, pointer: string): ParsedElement {
  return { ok: false, rejection: { index, code: 'invalid', detail, pointer } };
}

function wrongHeader(detail: string): Header {
  return { ok: false, detail };
}
