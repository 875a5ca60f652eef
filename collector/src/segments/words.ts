import { countRange } from './compare.ts';
import type { Compare, Condition, Definition, Did, Scalar, Test, Where } from './definition.ts';
import { durationWords } from './duration.ts';

/** Values of a list that are spelt out; a pasted list of a thousand is not. */
const LISTED_MAX = 5;

/** A whole definition in plain words. */
export function definitionWords(definition: Pick<Definition, 'who' | 'if'>): string {
  const words = conditionWords(definition.if);
  switch (definition.who) {
    case 'known':
      return `Known people: ${words}`;
    case 'anonymous':
      return `Anonymous visitors: ${words}`;
    default:
      return words;
  }
}

/**
 * A condition in plain words: "Viewed /pricing* in at least 2 sessions within 14 days". Names of
 * events stay as they are, since case matters in them.
 */
export function conditionWords(condition: Condition): string {
  return phrase(condition).replace(/^\(*\p{Ll}/u, (start) => start.toUpperCase());
}

/** Our own words in lower case, so that a phrase can stand within another. */
function phrase(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, 'and');
  if ('any' in condition) return joined(condition.any, 'or');
  if ('not' in condition) return negated(condition.not);
  return didPhrase(condition);
}

/** The comma tells conditions apart from the tests within one of them. */
function joined(conditions: readonly Condition[], word: 'and' | 'or'): string {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return phrase(only);
  return conditions
    .map((each) => (isGroup(each) ? `(${phrase(each)})` : phrase(each)))
    .join(`, ${word} `);
}

function isGroup(condition: Condition): boolean {
  return (
    ('all' in condition && condition.all.length > 1) ||
    ('any' in condition && condition.any.length > 1)
  );
}

function negated(condition: Condition): string {
  if ('did' in condition && asksForOne(condition.times)) {
    return didPhrase({ ...condition, times: { eq: 0 } });
  }
  return `not (${phrase(condition)})`;
}

function asksForOne(times: Compare | undefined): boolean {
  if (times === undefined) return true;
  const { least, most, except } = countRange(times);
  return least === 1 && most === Infinity && except === undefined;
}

function didPhrase(did: Did): string {
  const { subject, rest } = subjectOf(did);
  const tests = Object.entries(rest).map(([path, test]) => `${path} ${testWords(test)}`);
  const where = tests.length === 0 ? '' : ` where ${tests.join(' and ')}`;
  const within = did.within === undefined ? '' : ` within ${durationWords(did.within)}`;
  const { before, after } = countWords(did.times, did.distinct);
  return `${before}${subject}${where}${after}${within}`;
}

/** What was done; the path of a page belongs to it, so that it is not said again among the tests. */
function subjectOf(did: Did): { readonly subject: string; readonly rest: Where } {
  const names = typeof did.did === 'string' ? [did.did] : did.did;
  const where = did.where ?? {};
  if (names.length === 1 && names[0] === 'page') {
    const { path, ...rest } = where;
    const pages = path === undefined ? undefined : pagesOf(path);
    if (pages !== undefined) return { subject: `viewed ${pages}`, rest };
  }
  return { subject: names.map(eventWords).reduce(either), rest: where };
}

function eventWords(name: string): string {
  switch (name) {
    case 'page':
      return 'viewed a page';
    case 'screen':
      return 'viewed a screen';
    case 'group':
      return 'joined a group';
    default:
      // "Signed Up" can begin a sentence; "signup" in quotes keeps its small letter there.
      return /^\p{Lu}/u.test(name) ? name : JSON.stringify(name);
  }
}

/** The pages that a test of `path` admits, where these few words say all of it. */
function pagesOf(test: Test): string | undefined {
  if (typeof test === 'string') return test;
  if (typeof test !== 'object' || test === null || Object.keys(test).length > 1) return undefined;
  if (typeof test.eq === 'string') return test.eq;
  if (test.startsWith !== undefined) return `${test.startsWith}…`;
  if (test.glob !== undefined)
    return listed(typeof test.glob === 'string' ? [test.glob] : test.glob);
  if (test.in?.every((value) => typeof value === 'string')) return listed(test.in.map(String));
  return undefined;
}

function testWords(test: Test): string {
  if (typeof test !== 'object' || test === null) return `is ${valueWords(test)}`;
  const parts: string[] = [];
  const add = <T>(operand: T | undefined, say: (operand: T) => string): void => {
    if (operand !== undefined) parts.push(say(operand));
  };
  add(test.exists, (wanted) => (wanted ? 'is given' : 'is missing'));
  add(test.eq, (value) => `is ${valueWords(value)}`);
  add(test.ne, (value) => `is not ${valueWords(value)}`);
  add(test.in, (values) => `is ${listed(values.map(valueWords))}`);
  add(test.nin, (values) => `is not any of ${listed(values.map(valueWords))}`);
  add(test.contains, (part) => `contains ${valueWords(part)}`);
  add(test.startsWith, (part) => `starts with ${valueWords(part)}`);
  add(test.endsWith, (part) => `ends with ${valueWords(part)}`);
  add(test.glob, (globs) => `matches ${listed(typeof globs === 'string' ? [globs] : globs)}`);
  add(test.gt, (bound) => `is more than ${bound}`);
  add(test.gte, (bound) => `is at least ${bound}`);
  add(test.lt, (bound) => `is less than ${bound}`);
  add(test.lte, (bound) => `is at most ${bound}`);
  add(test.between, ([low, high]) => `is between ${low} and ${high}`);
  add(test.has, (value) => `has ${valueWords(value)}`);
  add(test.hasAny, (values) => `has any of ${listed(values.map(valueWords))}`);
  add(test.hasAll, (values) => `has all of ${listed(values.map(valueWords), 'and')}`);
  add(test.size, (compare) => `has ${quantity(compare, 'value')}`);
  return parts.join(' and ') + (test.ignoreCase === true ? ' (in any case)' : '');
}

function valueWords(value: Scalar): string {
  return value === null ? 'null' : JSON.stringify(value);
}

/** What stands before the subject and after it to say how often. */
function countWords(
  times: Compare | undefined,
  distinct: string | undefined,
): { readonly before: string; readonly after: string } {
  const compare = times ?? 1;
  const { least, most } = countRange(compare);
  const some = asksForOne(times);
  if (distinct === undefined || distinct === 'session' || distinct === 'day') {
    if (most === 0) return { before: 'never ', after: '' };
    return { before: '', after: some ? '' : ` ${frequency(compare, distinct)}` };
  }
  if (most === 0) return { before: '', after: ` with no ${distinct}` };
  if (some) return { before: '', after: ` with any ${distinct}` };
  const unit = least === 1 && most === 1 ? distinct : `different ${distinct}`;
  return { before: '', after: ` with ${quantity(compare, unit, unit)}` };
}

/** "at least 3 times", "exactly once", "in at least 2 sessions", "on at most 1 day". */
function frequency(compare: Compare, distinct: 'session' | 'day' | undefined): string {
  switch (distinct) {
    case 'session':
      return `in ${quantity(compare, 'session')}`;
    case 'day':
      return `on ${quantity(compare, 'day')}`;
    default:
      return quantity(compare, 'time').replace(/\b1 time$/, 'once');
  }
}

/** "at least 3 sessions", "2 to 4 sessions but not 3", "any number of sessions but 3". */
function quantity(compare: Compare, one: string, many = `${one}s`): string {
  const { least, most, except } = countRange(compare);
  if (least === 0 && most === Infinity) {
    return `any number of ${many}${except === undefined ? '' : ` but ${except}`}`;
  }
  const unit = (most === Infinity ? least : most) === 1 ? one : many;
  const but = except === undefined ? '' : ` but not ${except}`;
  if (least === most) return `exactly ${least} ${unit}`;
  if (most === Infinity) return `at least ${least} ${unit}${but}`;
  return `${least === 0 ? `at most ${most}` : `${least} to ${most}`} ${unit}${but}`;
}

function listed(words: readonly string[], conjunction: 'and' | 'or' = 'or'): string {
  const shown = words.slice(0, LISTED_MAX);
  const hidden = words.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`${hidden} more`] : [])].reduce((left, right, index, all) =>
    index === all.length - 1 ? `${left} ${conjunction} ${right}` : `${left}, ${right}`,
  );
}

function either(left: string, right: string): string {
  return `${left} or ${right}`;
}
