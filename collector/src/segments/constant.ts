import { canonicalJson } from './canonical.ts';
import { compileCompare, countRange } from './compare.ts';
import type { Compare, Condition, Did, Scalar, Test } from './definition.ts';
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
  return constantOfDid(condition);
}

/** No value at all, nor a missing one, can pass. May miss such a test, never invents one. */
export function neverPasses(test: Test): boolean {
  if (typeof test !== 'object' || test === null) return false;
  if (test.exists === false) return !compileTest(test)(undefined);
  const values = test.eq === undefined ? test.in : [test.eq];
  if (values !== undefined) {
    const holds = compileTest(test);
    return !values.some((value) => holds(value));
  }
  return typesAskedFor(test) > 1 || isEmptyRange(test);
}

/** The comparison holds for every count. */
export function admitsAll(times: Compare | undefined): boolean {
  if (times === undefined) return false;
  const { least, most, except } = countRange(times);
  return least === 0 && most === Infinity && except === undefined;
}

function constantOfDid(did: Did): boolean | undefined {
  if (admitsAll(did.times)) return true;
  const impossible = Object.values(did.where ?? {}).some(neverPasses);
  return impossible ? compileCompare(did.times ?? 1)(0) : undefined;
}

function constantOfAll(conditions: readonly Condition[]): boolean | undefined {
  const constants = conditions.map(constantOf);
  if (constants.includes(false)) return false;
  if (constants.every((constant) => constant === true)) return true;
  const texts = new Set(conditions.map(canonicalJson));
  const opposed = conditions.some((each) => texts.has(canonicalJson(negation(each))));
  return opposed ? false : undefined;
}

function negation(condition: Condition): Condition {
  return 'not' in condition ? condition.not : { not: condition };
}

function inverse(constant: boolean | undefined): boolean | undefined {
  return constant === undefined ? undefined : !constant;
}

/** How many of number, text and list a value would have to be at once. */
function typesAskedFor(test: Operators): number {
  const { gt, gte, lt, lte, between, contains, startsWith, endsWith, glob } = test;
  const { has, hasAny, hasAll, size } = test;
  const groups = [
    [gt, gte, lt, lte, between],
    [contains, startsWith, endsWith, glob],
    [has, hasAny, hasAll, size],
  ];
  return groups.filter((group) => group.some((operand) => operand !== undefined)).length;
}

function isEmptyRange({ gt, gte, lt, lte, between }: Operators): boolean {
  const low = Math.max(gt ?? -Infinity, gte ?? -Infinity, between?.[0] ?? -Infinity);
  const high = Math.min(lt ?? Infinity, lte ?? Infinity, between?.[1] ?? Infinity);
  return low > high || (low === high && (low === gt || high === lt));
}
