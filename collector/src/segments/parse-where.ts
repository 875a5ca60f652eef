import type { Scalar, Test, Where } from './definition.ts';
import { isObject, listOf, optional, type Reader, readObject, type Shape, text } from './fields.ts';
import {
  GLOB_STARS_MAX,
  GLOBS_MAX,
  LIST_VALUES_MAX,
  STRING_CHARS_MAX,
  WHERE_PATHS_MAX,
} from './limits.ts';
import { pairOf, readCompare } from './parse-compare.ts';
import type { Place } from './pointer.ts';
import { kindOf, quoted } from './quote.ts';

type Operators = Exclude<Test, Scalar>;

/** Reads the tests of a `where`, into an object without a prototype: `__proto__` is a path as any. */
export const readWhere: Reader<Where> = (input, place) => {
  if (!isObject(input)) {
    return place.refuse(
      `\`where\` is an object from path to test, such as {"path":{"glob":"/pricing*"}}, not ${kindOf(input)}`,
    );
  }
  const paths = Object.keys(input).filter((path) => input[path] !== undefined);
  if (paths.length > WHERE_PATHS_MAX) {
    return place.refuse(`has ${paths.length} paths; at most ${WHERE_PATHS_MAX} are allowed`);
  }
  const where: Record<string, Test> = Object.create(null);
  for (const path of paths) {
    if (readPathOf(path, place) === undefined) continue;
    const test = readTest(input[path], place.at(path));
    if (test !== undefined) where[path] = test;
  }
  return where;
};

/** Reads a path into an event: `product_id`, `cart.total`, `context.device.type`. */
export const readPathText: Reader<string> = (input, place) => {
  const path = text(1)(input, place);
  return path === undefined ? undefined : readPathOf(path, place);
};

function readPathOf(path: string, place: Place): string | undefined {
  if (path === '') return place.refuse('has an empty path; name a property or "context.…"');
  if (path === 'context.') {
    return place.refuse(
      'has the path "context." with nothing behind the dot; write "context.locale"',
    );
  }
  if (path.length > STRING_CHARS_MAX) {
    return place.refuse(
      `has a path of ${path.length} characters; at most ${STRING_CHARS_MAX} are allowed`,
    );
  }
  return text()(path, place);
}

/** Reads a test: a value, or an object of operators. */
export const readTest: Reader<Test> = (input, place) => {
  if (Array.isArray(input)) {
    return place.refuse('a list is not a test; write {"in":[…]} for any of these values');
  }
  if (!isObject(input)) return readScalar(input, place);
  const fields = readObject(input, place, OPERATORS);
  if (fields === undefined) return undefined;
  const test: Record<string, unknown> = {};
  for (const [operator, read] of Object.entries<Reader<unknown>>(OPERANDS)) {
    const operand = optional(fields, operator, place, read);
    if (operand !== undefined) test[operator] = operand;
  }
  if (Object.keys(input).every((key) => key === 'ignoreCase')) {
    return place.refuse('tests nothing; write an operator such as eq, in, contains, glob or gt');
  }
  return test as Operators;
};

const readScalar: Reader<Scalar> = (input, place) => {
  if (input === null || typeof input === 'boolean') return input;
  if (typeof input === 'number') return readNumber(input, place);
  if (typeof input === 'string') return readText(input, place);
  return place.refuse(`expected text, a number, true, false or null, not ${kindOf(input)}`);
};

const readNumber: Reader<number> = (input, place) => {
  if (typeof input !== 'number') return place.refuse(`expected a number, not ${kindOf(input)}`);
  // JSON has no infinity, but 1e999 reads as one. Adding 0 makes -0, which JSON writes as 0, a 0.
  return Number.isFinite(input) ? input + 0 : place.refuse('is too large for a number');
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
};

const OPERATORS: Shape = {
  what: 'A test',
  keys: Object.keys(OPERANDS),
  notYet: ['before', 'after', 'last', 'next', 'olderThan'],
  instead: new Map([
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
  ]),
};
