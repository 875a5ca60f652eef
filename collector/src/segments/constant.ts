import { parseInstant } from '../instant.ts';
import { canonicalJson } from './canonical.ts';
import { compileCompare, compileNumberCompare, countRange } from './compare.ts';
import type {
  Compare,
  Condition,
  Did,
  Idle,
  Instant,
  Leaf,
  Scalar,
  Seq,
  Test,
  Where,
} from './definition.ts';
import { isLonger } from './duration.ts';
import { isEmptyRange } from './figure.ts';
import { compileTest } from './where.ts';

type Operators = Exclude<Test, Scalar>;

/**
 * Whether a condition is the same for everybody at every time: `true` or `false` if that follows
 * from its form alone, `undefined` if it depends on people (or if the reason lies too deep to see).
 */
export function constantOf(condition: Condition): boolean | undefined {
  if ('all' in condition) return constantOfAll(condition.all);
  if ('any' in condition) return inverse(constantOfAll(condition.any.map(negation)));
  if ('not' in condition) return inverse(constantOf(condition.not));
  return constantOfLeaf(condition);
}

/**
 * Whether a condition holds for somebody of whom nothing is known but that they were here; `undefined`
 * where that depends on more than what they did and who they are.
 */
export function holdsOfStrangers(condition: Condition): boolean | undefined {
  if ('all' in condition) return every(condition.all.map(holdsOfStrangers));
  if ('any' in condition) return inverse(every(condition.any.map(holdsOfStrangers).map(inverse)));
  if ('not' in condition) return inverse(holdsOfStrangers(condition.not));
  return leafHoldsOfStrangers(condition);
}

/** No value at all, nor a missing one, can pass. May miss such a test, never invents one. */
export function neverPasses(test: Test): boolean {
  if (typeof test !== 'object' || test === null) return false;
  const isTimed = hasInstant(test);
  if (test.exists === false) return isTimed || !compileTest(timeless(test))(undefined);
  if (isTimed && isNoTime(test)) return true;
  const values = test.eq === undefined ? test.in : [test.eq];
  if (values !== undefined) {
    const holds = compileTest(timeless(test));
    return !values.some((value) => holds(value) && couldPassInTime(test, value));
  }
  return typesAskedFor(test) > 1 || isEmptyRange(test);
}

/** The comparison holds for every count. */
export function admitsAll(times: Compare | undefined): boolean {
  if (times === undefined) return false;
  const { least, most, except } = countRange(times);
  return least === 0 && most === Infinity && except === undefined;
}

function constantOfLeaf(leaf: Leaf): boolean | undefined {
  if ('did' in leaf) return constantOfDid(leaf);
  if ('seq' in leaf) return constantOfSeq(leaf);
  if ('idle' in leaf) return constantOfIdle(leaf);
  if ('trait' in leaf) return neverPasses(leaf.is) ? false : undefined;
  if ('account' in leaf && 'is' in leaf) return neverPasses(leaf.is) ? false : undefined;
  if ('bucket' in leaf) return leaf.bucket.from === 0 && leaf.bucket.to === 100 ? true : undefined;
  return undefined;
}

function constantOfDid(did: Did): boolean | undefined {
  const isImpossible = neverHappens(did.where);
  if ('first' in did || 'latest' in did) {
    return isImpossible || neverHappens(did.is) ? false : undefined;
  }
  if ('is' in did) return isImpossible ? nothingSatisfies(did) : undefined;
  if (admitsAll(did.times)) return true;
  return isImpossible ? compileCompare(did.times ?? 1)(0) : undefined;
}

/** What a `did` says of somebody who never did it. The sum over nothing is 0, other figures are none. */
function nothingSatisfies(did: Did): boolean {
  if ('first' in did || 'latest' in did) return false;
  if ('is' in did) return 'sum' in did && compileNumberCompare(did.is)(0);
  return compileCompare(did.times ?? 1)(0);
}

function constantOfSeq({ seq }: Seq): boolean | undefined {
  return seq.some((step) => 'did' in step && neverHappens(step.where)) ? false : undefined;
}

function constantOfIdle({ where, never }: Idle): boolean | undefined {
  if (!neverHappens(where) || never === undefined || never === 'sinceFirstSeen') return undefined;
  return never === 'include';
}

function neverHappens(where: Where | undefined): boolean {
  return Object.values(where ?? {}).some(neverPasses);
}

function leafHoldsOfStrangers(leaf: Leaf): boolean | undefined {
  if ('did' in leaf) return nothingSatisfies(leaf);
  if ('seq' in leaf) return false;
  // Whoever never did it is idle since they were first seen: that is something that they did.
  if ('idle' in leaf) return leaf.of !== undefined && leaf.never === 'include';
  if ('trait' in leaf) return passesMissing(leaf.is);
  if ('account' in leaf) return 'is' in leaf ? passesMissing(leaf.is) : undefined;
  return 'list' in leaf ? false : undefined;
}

function passesMissing(test: Test): boolean {
  const isTimed = typeof test === 'object' && test !== null && hasInstant(test);
  return !isTimed && compileTest(test)(undefined);
}

function constantOfAll(conditions: readonly Condition[]): boolean | undefined {
  const constant = every(conditions.map(constantOf));
  if (constant !== undefined) return constant;
  const texts = new Set(conditions.map(canonicalJson));
  const opposed = conditions.some((each) => texts.has(canonicalJson(negation(each))));
  return opposed ? false : undefined;
}

/** All of them, as far as it is known. */
function every(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.every((answer) => answer === true) ? true : undefined;
}

function negation(condition: Condition): Condition {
  return 'not' in condition ? condition.not : { not: condition };
}

function inverse(constant: boolean | undefined): boolean | undefined {
  return constant === undefined ? undefined : !constant;
}

/** How many of number, text and list a value would have to be at once. Instants are texts or numbers. */
function typesAskedFor(test: Operators): number {
  const { gt, gte, lt, lte, between, contains, startsWith, endsWith, glob } = test;
  const { has, hasAny, hasAll, size } = test;
  const asks = (...operands: readonly unknown[]) => operands.some((each) => each !== undefined);
  const scalars = [
    asks(gt, gte, lt, lte, between),
    asks(contains, startsWith, endsWith, glob),
  ].filter((asked) => asked).length;
  const isScalar = scalars > 0 || hasInstant(test);
  return isScalar && asks(has, hasAny, hasAll, size) ? 2 : scalars;
}

/** The operators that read a value as an instant. */
function hasInstant({ before, after, last, next, olderThan }: Operators): boolean {
  return [before, after, last, next, olderThan].some((operand) => operand !== undefined);
}

function timeless(test: Operators): Operators {
  const { before, after, last, next, olderThan, ...rest } = test;
  return rest;
}

/** No instant can be so. */
function isNoTime({ before, after, last, next, olderThan }: Operators): boolean {
  if (before !== undefined && after !== undefined && msOf(after) >= msOf(before)) return true;
  if (next !== undefined && (last !== undefined || olderThan !== undefined)) return true;
  if (last === undefined || olderThan === undefined) return false;
  return last === olderThan || isLonger(olderThan, last);
}

/** Could a value pass the operators of time, at one time or another? */
function couldPassInTime(test: Operators, value: Scalar): boolean {
  if (!hasInstant(test)) return true;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const valueMs = parseInstant(value);
  if (valueMs === undefined) return false;
  const { before, after } = test;
  return (
    (before === undefined || valueMs < msOf(before)) &&
    (after === undefined || valueMs >= msOf(after))
  );
}

function msOf(instant: Instant): number {
  return parseInstant(instant) ?? 0;
}
