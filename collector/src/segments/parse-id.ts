import type { Reader } from './fields.ts';
import { kindOf } from './quote.ts';

/** Reads the id of a segment or a score. */
export const readId: Reader<string> = (input, place) => {
  if (typeof input !== 'string') return place.refuse(`expected text, not ${kindOf(input)}`);
  return /^[a-z0-9][a-z0-9:-]{0,63}$/.test(input)
    ? input
    : place.refuse(
        'expected 1 to 64 of a-z, 0-9, hyphen and colon, the first a letter or digit, such as "pricing-viewers"',
      );
};
