import type { Scalar, Test } from './definition.ts';
import {
  isObject,
  listOf,
  optional,
  type Reader,
  readNumber,
  readObject,
  type Shape,
  text,
} from './fields.ts';
import { GLOB_STARS_MAX, GLOBS_MAX, LIST_VALUES_MAX } from './limits.ts';
import { pairOf, readCompare } from './parse-compare.ts';
import { readDurationText, readInstant } from './parse-window.ts';
import type { Place } from './pointer.ts';
import { kindOf, quoted } from './quote.ts';

type Operators = Exclude<Test, Scalar>;

/** Reads a test of a trait: a value, or an object of operators. */
export const readTraitTest: Reader<Test> = (input, place) => readTest(input, place, OF_TRAIT);

/** Reads a test of an event's property, which stays as it was when the event happened. */
export const readPropertyTest: Reader<Test> = (input, place) => readTest(input, place, OF_PROPERTY);

function readTest(input: unknown, place: Place, shape: Shape): Test | undefined {
  if (Array.isArray(input)) {
    return place.refuse('a list is not a test; write {"in":[…]} for any of these values');
  }
  if (!isObject(input)) return readScalar(input, place);
  const fields = readObject(input, place, shape);
  if (fields === undefined) return undefined;
  const test: Record<string, unknown> = {};
  for (const [operator, read] of Object.entries<Reader<unknown>>(OPERANDS)) {
    if (!shape.keys.includes(operator)) continue;
    const operand = optional(fields, operator, place, read);
    if (operand !== undefined) test[operator] = operand;
  }
  if (Object.keys(input).every((key) => key === 'ignoreCase')) {
    return place.refuse('tests nothing; write an operator such as eq, in, contains, glob or gt');
  }
  return test as Operators;
}

const readScalar: Reader<Scalar> = (input, place) => {
  if (input === null || typeof input === 'boolean') return input;
  if (typeof input === 'number') return readNumber(input, place);
  if (typeof input === 'string') return readText(input, place);
  return place.refuse(`expected text, a number, true, false or null, not ${kindOf(input)}`);
};

const readBoolean: Reader<boolean> = (input, place) =>
  typeof input === 'boolean' ? input : place.refuse(`expected true or false, not ${kindOf(input)}`);

const readText = text();
/** Every text contains the empty one, so a test for it is a slip. */
const readPart = text(1);
const readValues = listOf(readScalar, { what: 'values', max: LIST_VALUES_MAX });

/** Reads one glob with at most five stars. */
export const readGlob: Reader<string> = (input, place) => {
  const glob = readPart(input, place);
  if (glob === undefined) return undefined;
  const stars = glob.split('*').length - 1;
  if (stars > GLOB_STARS_MAX) {
    return place.refuse(
      `${quoted(glob)} has ${stars} stars; at most ${GLOB_STARS_MAX} are allowed`,
    );
  }
  return glob;
};

const readGlobList = listOf(readGlob, { what: 'globs', max: GLOBS_MAX });
const readGlobs: Reader<string | readonly string[]> = (input, place) =>
  Array.isArray(input) ? readGlobList(input, place) : readGlob(input, place);

const OPERANDS: { readonly [K in keyof Operators]-?: Reader<NonNullable<Operators[K]> | null> } = {
  eq: readScalar,
  ne: readScalar,
  in: readValues,
  nin: readValues,
  contains: readPart,
  startsWith: readPart,
  endsWith: readPart,
  glob: readGlobs,
  ignoreCase: readBoolean,
  gt: readNumber,
  gte: readNumber,
  lt: readNumber,
  lte: readNumber,
  between: pairOf(readNumber),
  has: readScalar,
  hasAny: readValues,
  hasAll: readValues,
  size: readCompare,
  exists: readBoolean,
  before: readInstant,
  after: readInstant,
  last: readDurationText,
  next: readDurationText,
  olderThan: readDurationText,
};

const INSTEAD = new Map([
  ['is', 'eq'],
  ['equals', 'eq'],
  ['not', 'ne'],
  ['notin', 'nin'],
  ['not_in', 'nin'],
  ['oneof', 'in'],
  ['includes', 'contains'],
  ['prefix', 'startsWith'],
  ['suffix', 'endsWith'],
  ['like', 'glob'],
  ['matches', 'glob'],
  ['regex', 'glob'],
  ['min', 'gte'],
  ['max', 'lte'],
  ['length', 'size'],
  ['caseinsensitive', 'ignoreCase'],
  ['since', 'after'],
  ['until', 'before'],
  ['within', 'last'],
  ['ago', 'olderThan'],
]);

const OF_TRAIT: Shape = { what: 'A test', keys: Object.keys(OPERANDS), instead: INSTEAD };

/** Operators that compare a value with now. */
const AGEING: ReadonlyMap<string, string> = new Map([
  ['last', 'a property does not age; write `within` beside the event, or test a trait'],
  [
    'next',
    'a property does not age; test a trait, such as {"trait":"trial_ends_at","is":{"next":"1d"}}',
  ],
  [
    'olderThan',
    'a property does not age; write a window such as {"from":"90d","to":"30d"} beside the event, or test a trait',
  ],
]);

const OF_PROPERTY: Shape = {
  what: 'A test',
  keys: OF_TRAIT.keys.filter((key) => !AGEING.has(key)),
  refused: AGEING,
  instead: INSTEAD,
};
