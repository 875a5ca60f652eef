import { EVENT_NAME_CHARS_MAX } from '@inkling/sdk/protocol';
import type { Condition, Did, EventName } from './definition.ts';
import { readDuration } from './duration.ts';
import {
  compact,
  isObject,
  listOf,
  optional,
  type Reader,
  readObject,
  required,
  type Shape,
  suggestion,
  text,
  unknownKey,
} from './fields.ts';
import { CONDITION_DEPTH_MAX, CONDITIONS_MAX, EVENT_NAMES_MAX } from './limits.ts';
import { readCompare } from './parse-compare.ts';
import { readPathText, readWhere } from './parse-where.ts';
import type { Place } from './pointer.ts';
import { kindOf, quoted } from './quote.ts';

/** What reading one condition needs to know of those around it. */
interface Scope {
  readonly place: Place;
  /** 1 for the outermost. */
  readonly depth: number;
  /** Shared by all conditions of a definition. */
  readonly budget: { used: number };
}

/** Reads one kind of condition, told apart by the member that all of this kind have. */
type KindReader = (input: unknown, scope: Scope) => Condition | undefined;

/** A new kind of condition is a reader and a line here. */
const KINDS: ReadonlyMap<string, KindReader> = new Map<string, KindReader>([
  ['all', readAll],
  ['any', readAny],
  ['not', readNot],
  ['did', readDid],
]);

/** Kinds of the full language that are refused for now. */
const KINDS_NOT_YET = ['seq', 'idle', 'trait', 'account', 'score', 'segment', 'list', 'bucket'];

const CONDITION: Shape = {
  what: 'A condition',
  keys: [...KINDS.keys()],
  instead: new Map([
    ['and', 'all'],
    ['or', 'any'],
    ['none', 'not'],
    ['event', 'did'],
    ['events', 'did'],
    ['didnot', 'not'],
  ]),
};

/** Reads a condition with everything below it; the definition's limits apply to it as a whole. */
export const readRootCondition: Reader<Condition> = (input, place) =>
  readCondition(input, { place, depth: 1, budget: { used: 0 } });

function readCondition(input: unknown, scope: Scope): Condition | undefined {
  const { place, depth, budget } = scope;
  budget.used += 1;
  if (budget.used > CONDITIONS_MAX) {
    return budget.used === CONDITIONS_MAX + 1
      ? place.refuse(`is one condition too many; a segment has at most ${CONDITIONS_MAX}`)
      : undefined;
  }
  if (depth > CONDITION_DEPTH_MAX) {
    return place.refuse(
      `is nested too deep; conditions nest at most ${CONDITION_DEPTH_MAX} levels`,
    );
  }
  if (!isObject(input)) {
    return place.refuse(`a condition is an object such as {"did":"page"}, not ${kindOf(input)}`);
  }
  const keys = Object.keys(input).filter((key) => input[key] !== undefined);
  const kinds = keys.filter((key) => KINDS.has(key) || KINDS_NOT_YET.includes(key));
  const [kind] = kinds;
  if (kind === undefined) return refuseKind(keys, place);
  if (kinds.length > 1) {
    const names = kinds.map((name) => `\`${name}\``).join(' and ');
    return place.refuse(
      `has ${names} side by side; give each its own condition and join them by all`,
    );
  }
  const read = KINDS.get(kind);
  return read === undefined
    ? place.at(kind).refuse(`\`${kind}\` is not available yet`)
    : read(input, scope);
}

function refuseKind(keys: readonly string[], place: Place): undefined {
  const misspelt = keys.find((key) => suggestion(key, CONDITION) !== undefined);
  if (misspelt !== undefined) return place.at(misspelt).refuse(unknownKey(misspelt, CONDITION));
  return place.refuse(`says nothing to judge; a condition has one of ${CONDITION.keys.join(', ')}`);
}

function readAll(input: unknown, scope: Scope): Condition | undefined {
  const all = readList(input, scope, 'all');
  return all === undefined ? undefined : { all };
}

function readAny(input: unknown, scope: Scope): Condition | undefined {
  const any = readList(input, scope, 'any');
  return any === undefined ? undefined : { any };
}

function readList(
  input: unknown,
  { place, depth, budget }: Scope,
  kind: 'all' | 'any',
): readonly Condition[] | undefined {
  const fields = readObject(input, place, { what: `An \`${kind}\``, keys: [kind] });
  if (fields === undefined) return undefined;
  const read: Reader<Condition> = (each, at) =>
    readCondition(each, { place: at, depth: depth + 1, budget });
  // The budget bounds the list; its own message says which condition is one too many.
  return optional(fields, kind, place, listOf(read, { what: 'conditions', max: Infinity }));
}

function readNot(input: unknown, { place, depth, budget }: Scope): Condition | undefined {
  const fields = readObject(input, place, { what: 'A `not`', keys: ['not'] });
  if (fields === undefined) return undefined;
  const not = optional(fields, 'not', place, (each, at) =>
    readCondition(each, { place: at, depth: depth + 1, budget }),
  );
  return not === undefined ? undefined : { not };
}

const DID: Shape = {
  what: 'A `did`',
  keys: ['did', 'where', 'within', 'distinct', 'times'],
  notYet: ['sum', 'avg', 'min', 'max', 'is', 'first', 'latest'],
  instead: new Map([
    ['properties', 'where'],
    ['filter', 'where'],
    ['window', 'within'],
    ['last', 'within'],
    ['count', 'times'],
    ['atleast', 'times'],
    ['unique', 'distinct'],
    ['by', 'distinct'],
  ]),
};

function readDid(input: unknown, { place }: Scope): Did | undefined {
  const fields = readObject(input, place, DID);
  if (fields === undefined) return undefined;
  const did = required(fields, 'did', place, { read: readEventName, need: 'name an event' });
  const where = optional(fields, 'where', place, readWhere);
  const within = optional(fields, 'within', place, readWindow);
  const distinct = optional(fields, 'distinct', place, readPathText);
  const times = optional(fields, 'times', place, readCompare);
  if (did === undefined) return undefined;
  const tests = where === undefined || Object.keys(where).length === 0 ? undefined : where;
  return compact({ did, where: tests, within, distinct, times });
}

const readName = text(1, EVENT_NAME_CHARS_MAX);
const readNames = listOf(readName, { what: 'event names', max: EVENT_NAMES_MAX });

const readEventName: Reader<EventName> = (input, place) => {
  if (typeof input === 'string') return readName(input, place);
  if (!Array.isArray(input)) {
    return place.refuse(`expected an event name or a list of them, not ${kindOf(input)}`);
  }
  const names = readNames(input, place);
  const twice = names?.findIndex((name, index) => names.indexOf(name) < index) ?? -1;
  return twice === -1
    ? names
    : place.at(twice).refuse(`${quoted(names?.[twice] ?? '')} is listed twice`);
};

const readWindow: Reader<string> = (input, place) => {
  if (isObject(input)) {
    return place.refuse(
      'a window with `from`, `after`, `before` or `calendar` is not available yet; use a sliding one such as "14d"',
    );
  }
  if (typeof input !== 'string') {
    return place.refuse(`expected a duration such as "14d", not ${kindOf(input)}`);
  }
  const reading = readDuration(input);
  return reading.ok ? input : place.refuse(reading.detail);
};
