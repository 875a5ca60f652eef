import { countRange } from './compare.ts';
import type { Compare } from './definition.ts';
import {
  compact,
  isObject,
  optional,
  type Reader,
  readNumber,
  readObject,
  type Shape,
} from './fields.ts';
import { isUnsatisfiable } from './figure.ts';
import { COUNT_MAX } from './limits.ts';
import { kindOf } from './quote.ts';

const COMPARE: Shape = {
  what: 'A comparison',
  keys: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between'],
  instead: new Map([
    ['min', 'gte'],
    ['atleast', 'gte'],
    ['max', 'lte'],
    ['atmost', 'lte'],
    ['exactly', 'eq'],
    ['equals', 'eq'],
    ['range', 'between'],
  ]),
};

/** Reads a comparison of counts: whole numbers from 0 to 1,000, such that some count satisfies it. */
export const readCompare: Reader<Compare> = (input, place) => {
  const compare = compareOf(readCount)(input, place);
  if (compare === undefined) return undefined;
  const { least, most } = countRange(compare);
  return most < least
    ? place.refuse('can never be true: no count satisfies this comparison')
    : compare;
};

/** Reads a comparison of figures: any finite numbers, such that some number satisfies it. */
export const readCompareNumber: Reader<Compare> = (input, place) => {
  const compare = compareOf(readNumber)(input, place);
  return compare !== undefined && isUnsatisfiable(compare)
    ? place.refuse('can never be true: no number satisfies this comparison')
    : compare;
};

function compareOf(readOperand: Reader<number>): Reader<Compare> {
  return (input, place) => {
    if (!isObject(input)) {
      return typeof input === 'number'
        ? readOperand(input, place)
        : place.refuse(
            `expected a number n ("at least n") or a comparison such as {"lte":3}, not ${kindOf(input)}`,
          );
    }
    const fields = readObject(input, place, COMPARE);
    if (fields === undefined) return undefined;
    const operand = (key: string) => optional(fields, key, place, readOperand);
    const compare = compact({
      eq: operand('eq'),
      ne: operand('ne'),
      gt: operand('gt'),
      gte: operand('gte'),
      lt: operand('lt'),
      lte: operand('lte'),
      between: optional(fields, 'between', place, pairOf(readOperand)),
    });
    return Object.keys(input).length === 0
      ? place.refuse(`is an empty comparison; write one of ${COMPARE.keys.join(', ')}`)
      : compare;
  };
}

const readCount: Reader<number> = (input, place) =>
  typeof input === 'number' && Number.isInteger(input) && input >= 0 && input <= COUNT_MAX
    ? input + 0
    : place.refuse(`expected a whole number from 0 to ${COUNT_MAX}, not ${kindOf(input)}`);

/** Makes a reader of `[low, high]`. */
export function pairOf(read: Reader<number>): Reader<readonly [number, number]> {
  return (input, place) => {
    if (!Array.isArray(input) || input.length !== 2) {
      return place.refuse(`expected two numbers [low, high], not ${kindOf(input)}`);
    }
    const low = read(input[0], place.at(0));
    const high = read(input[1], place.at(1));
    if (low === undefined || high === undefined) return undefined;
    if (low > high)
      return place.refuse(`${low} is more than ${high}; write the lower number first`);
    return [low, high];
  };
}
