import { countRange } from './compare.ts';
import type { Compare, Scalar, Test, Where } from './definition.ts';
import { durationWords } from './duration.ts';
import { fieldWords } from './words-field.ts';

/** Values of a list that are spelt out; a pasted list of a thousand is not. */
const LISTED_MAX = 5;

type Say = (value: Scalar) => string;

/** What a value has to be: `is "x"`, `is at least 5 and is less than 9`. */
export function testWords(test: Test, say: Say = valueWords): string {
  if (typeof test !== 'object' || test === null) return `is ${say(test)}`;
  const parts: string[] = [];
  const add = <T>(operand: T | undefined, words: (operand: T) => string): void => {
    if (operand !== undefined) parts.push(words(operand));
  };
  add(test.exists, (wanted) => (wanted ? 'is given' : 'is missing'));
  add(test.eq, (value) => `is ${say(value)}`);
  add(test.ne, (value) => `is not ${say(value)}`);
  add(test.in, (values) => `is ${listed(values.map(say))}`);
  add(test.nin, (values) => `is not any of ${listed(values.map(say))}`);
  add(test.contains, (part) => `contains ${say(part)}`);
  add(test.startsWith, (part) => `starts with ${say(part)}`);
  add(test.endsWith, (part) => `ends with ${say(part)}`);
  add(test.glob, (globs) => `matches ${listed(typeof globs === 'string' ? [globs] : globs)}`);
  add(test.gt, (bound) => `is more than ${bound}`);
  add(test.gte, (bound) => `is at least ${bound}`);
  add(test.lt, (bound) => `is less than ${bound}`);
  add(test.lte, (bound) => `is at most ${bound}`);
  add(test.between, ([low, high]) => `is between ${low} and ${high}`);
  add(test.has, (value) => `has ${say(value)}`);
  add(test.hasAny, (values) => `has any of ${listed(values.map(say))}`);
  add(test.hasAll, (values) => `has all of ${listed(values.map(say), 'and')}`);
  add(test.size, (compare) => `has ${quantity(compare, 'value')}`);
  add(test.after, (instant) => `is ${instant} or later`);
  add(test.before, (instant) => `is before ${instant}`);
  add(test.last, (duration) => `lies in the last ${durationWords(duration)}`);
  add(test.next, (duration) => `lies in the next ${durationWords(duration)}`);
  add(test.olderThan, (duration) => `lies at least ${durationWords(duration)} back`);
  return parts.join(' and ') + (test.ignoreCase === true ? ' (in any case)' : '');
}

/** The tests of a `where` behind the word; empty if there are none. */
export function whereWords(where: Where): string {
  const tests = Object.entries(where).map(
    ([path, test]) => `${fieldWords(path)} ${testWords(test)}`,
  );
  return tests.length === 0 ? '' : ` where ${tests.join(' and ')}`;
}

/** A value as JSON writes it, so that "5" and 5 look different. */
export function valueWords(value: Scalar): string {
  return JSON.stringify(value);
}

/** A value without its quotes, where nobody could take it for anything but a text. */
export function plainValueWords(value: Scalar): string {
  const isPlain =
    typeof value === 'string' &&
    /^\p{L}[\p{L}\p{N}_.-]*( [\p{L}\p{N}_.-]+)*$/u.test(value) &&
    !/\b(and|or|true|false|null)\b/i.test(value);
  return isPlain ? value : valueWords(value);
}

/** "at least 3 sessions", "2 to 4 sessions but not 3", "any number of sessions but 3". */
export function quantity(compare: Compare, one: string, many = `${one}s`): string {
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

/** A comparison of a figure: "above 80", "at least 20", "between 1 and 5 and not 3". */
export function figureWords(compare: Compare): string {
  if (typeof compare === 'number') return `at least ${compare}`;
  const { eq, ne, gt, gte, lt, lte, between } = compare;
  const parts = [
    eq !== undefined && `exactly ${eq}`,
    gt !== undefined && `above ${gt}`,
    gte !== undefined && `at least ${gte}`,
    lt !== undefined && `below ${lt}`,
    lte !== undefined && `at most ${lte}`,
    between !== undefined && `between ${between[0]} and ${between[1]}`,
    ne !== undefined && `not ${ne}`,
  ];
  return parts.filter((part) => part !== false).join(' and ');
}

export function listed(words: readonly string[], conjunction: 'and' | 'or' = 'or'): string {
  const shown = words.slice(0, LISTED_MAX);
  const hidden = words.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`${hidden} more`] : [])].reduce((left, right, index, all) =>
    index === all.length - 1 ? `${left} ${conjunction} ${right}` : `${left}, ${right}`,
  );
}
