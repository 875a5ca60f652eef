import type { Json } from '@inkling/sdk/protocol';
import type { EventType } from '../event.ts';
import { empty } from './parse-object.ts';
import { pointerTo } from './parse-text.ts';

/** What the cells below a heading are. */
export interface Column {
  /** As it is written, trimmed. */
  readonly heading: string;
  /** Of a wire event; `undefined` where it depends on the event's type: of traits, or of properties. */
  readonly path: readonly string[] | undefined;
}

/** Fields of a wire event, by how their headings are compared: `User ID` is `userId`. */
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...['type', 'event', 'userId', 'anonymousId', 'groupId', 'previousId', 'messageId'],
    ...['timestamp', 'traits', 'properties', 'context', 'context.sessionId'],
  ].map((field) => {
    const path = field.split('.');
    return [comparable(path.at(-1) ?? ''), path];
  }),
);

const CONTAINERS: readonly string[] = ['traits', 'properties', 'context'];

function comparable(heading: string): string {
  return heading.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/**
 * Reads the heading of a table of events or people: a field of a wire event, whichever way it is
 * spelt, a path such as `traits.plan`, or the name of a trait or property.
 *
 * @returns The columns, or the headings of those that stand twice or have no name.
 */
export function readHeading(
  cells: readonly string[],
):
  | { readonly ok: true; readonly columns: readonly Column[] }
  | { readonly ok: false; readonly wrong: readonly string[] } {
  const columns = cells.map((cell) => columnOf(cell.trim()));
  const seen = new Set<string>();
  const wrong = columns.flatMap(({ heading, path }) => {
    const name = path ? path.join('.') : heading;
    const isWrong = heading === '' || seen.has(name);
    seen.add(name);
    return isWrong ? [heading] : [];
  });
  return wrong.length > 0 ? { ok: false, wrong } : { ok: true, columns };
}

function columnOf(heading: string): Column {
  const [container = '', ...rest] = heading.split('.');
  const isPath = rest.length > 0 && CONTAINERS.includes(container.toLowerCase());
  return {
    heading,
    path: isPath ? [container.toLowerCase(), ...rest] : FIELDS.get(comparable(heading)),
  };
}

/**
 * Makes a wire event of a row. Without a type it is a `track` where it names an event, and tells who
 * somebody is otherwise. Empty cells say nothing.
 *
 * @param cells - As many as there are columns, or fewer.
 */
export function wireOf(cells: readonly string[], columns: readonly Column[]): Record<string, Json> {
  const wire = empty();
  const type = typeOf(cells, columns);
  for (const [index, column] of columns.entries()) {
    const cell = cells[index]?.trim() ?? '';
    if (cell === '') continue;
    const path = pathOf(column, type);
    put(
      wire,
      path,
      path.length === 1 && !CONTAINERS.includes(path[0] ?? '') ? plain(path, cell) : typed(cell),
    );
  }
  wire.type = type;
  return wire;
}

/** Where in its wire event the cells of a column go, as a JSON pointer. */
export function pointerOf(
  column: Column,
  cells: readonly string[],
  columns: readonly Column[],
): string {
  return pathOf(column, typeOf(cells, columns)).map(pointerTo).join('');
}

function typeOf(cells: readonly string[], columns: readonly Column[]): string {
  const cellOf = (field: string) =>
    cells[columns.findIndex(({ path }) => path?.join('.') === field)]?.trim() ?? '';
  const implied: EventType = cellOf('event') === '' ? 'identify' : 'track';
  return cellOf('type').toLowerCase() || implied;
}

function pathOf({ heading, path }: Column, type: string): readonly string[] {
  if (path !== undefined) return path;
  if (type === 'identify' || type === 'group') return ['traits', heading];
  return heading === 'name' && type !== 'track' ? ['name'] : ['properties', heading];
}

/** Lays a value into an object; what lies there already and is no object gives way. */
function put(
  target: Record<string, Json>,
  [key = '', ...rest]: readonly string[],
  value: Json,
): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  // What an object inherits is not there: filling that would fill it for all.
  const present = Object.hasOwn(target, key) ? target[key] : undefined;
  const inner = isFillable(present) ? present : empty();
  target[key] = inner;
  put(inner, rest, value);
}

function isFillable(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Ids and names are texts, whatever they look like: `007` is not 7. */
function plain([field]: readonly string[], cell: string): Json {
  return field === 'timestamp' && /^\d+$/.test(cell) ? Number(cell) : cell;
}

/** A number as JSON writes it; with a zero or a plus in front, or too long to be exact, it is a text. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

function typed(cell: string): Json {
  if (NUMBER.test(cell)) return Number(cell);
  if (/^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  if (!/^(?:\{.*\}|\[.*\])$/s.test(cell)) return cell;
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return cell;
  }
}
