import type { Ranking } from './definition.ts';
import {
  compact,
  oneOf,
  optional,
  type Reader,
  readNumber,
  readObject,
  required,
  type Shape,
} from './fields.ts';
import { RANKED_MAX } from './limits.ts';
import { readId } from './parse-id.ts';
import { readDurationText } from './parse-window.ts';
import { kindOf } from './quote.ts';

const TOP: Shape = {
  what: 'A `top`',
  keys: ['by', 'n', 'percent'],
  instead: new Map([
    ['count', 'n'],
    ['first', 'n'],
    ['share', 'percent'],
    ['order', 'by'],
    ['score', 'by'],
  ]),
};

/** Reads how many are kept, and by which score. */
export const readRanking: Reader<Ranking> = (input, place) => {
  const fields = readObject(input, place, TOP);
  if (fields === undefined) return undefined;
  const by = required(fields, 'by', place, {
    read: readBy,
    need: 'write what orders people, such as {"score":"lead","what":"value"}',
  });
  const n = optional(fields, 'n', place, readN);
  const percent = optional(fields, 'percent', place, readPercent);
  const given = [fields.n, fields.percent].filter((each) => each !== undefined).length;
  if (given !== 1) {
    return place.refuse(
      'says how many by exactly one of `n` (people) and `percent` (of a hundred)',
    );
  }
  return by === undefined || (n === undefined && percent === undefined)
    ? undefined
    : compact({ by, n, percent });
};

const BY: Shape = {
  what: 'The `by` of a `top`',
  keys: ['score', 'what', 'within'],
  instead: new Map([
    ['rose', 'what'],
    ['peak', 'what'],
    ['window', 'within'],
  ]),
};

const readBy: Reader<Ranking['by']> = (input, place) => {
  const fields = readObject(input, place, BY);
  if (fields === undefined) return undefined;
  const score = required(fields, 'score', place, { read: readId, need: 'name a score' });
  const what = required(fields, 'what', place, {
    read: oneOf('value', 'rise', 'peak'),
    need: 'write "value", "rise" or "peak"',
  });
  const within = optional(fields, 'within', place, readDurationText);
  if (what === 'value' && fields.within !== undefined) {
    return place.at('within').refuse('the value is of now; a window goes with "rise" and "peak"');
  }
  if (what !== undefined && what !== 'value' && fields.within === undefined) {
    return place
      .at('within')
      .refuse(`"${what}" needs a window; write over how long, such as "30d"`);
  }
  return score === undefined || what === undefined ? undefined : compact({ score, what, within });
};

const readN: Reader<number> = (input, place) =>
  typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= RANKED_MAX
    ? input
    : place.refuse(`expected a whole number from 1 to ${RANKED_MAX}, not ${kindOf(input)}`);

const readPercent: Reader<number> = (input, place) => {
  const percent = readNumber(input, place);
  if (percent === undefined) return undefined;
  return percent > 0 && percent <= 100
    ? percent
    : place.refuse(`${percent} is out of range; write more than 0 and at most 100`);
};
