import type { Json, JsonObject } from '@inkling/sdk/protocol';
import { empty, isJsonObject } from './parse-object.ts';

/** What stands where a secret stood. */
export const SECRET_MASK = '[removed]';

/**
 * Masks unmistakable secrets anywhere in an object: values under keys that end in "password", name a
 * card's check digits or prove who somebody is, and payment card numbers wherever they are the whole
 * value. Numbers that merely have the length of one are left alone.
 *
 * @returns The same object if there was nothing to mask.
 */
export function maskSecrets(source: JsonObject): JsonObject {
  let masked: Record<string, Json | undefined> | undefined;
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    const clean = isSecret(key, value) ? SECRET_MASK : maskValue(value);
    if (clean === value) continue;
    masked ??= Object.assign(empty(), source);
    masked[key] = clean;
  }
  return masked ?? source;
}

function maskValue(value: Json): Json {
  switch (typeof value) {
    case 'string':
      return isCardNumber(value) ? SECRET_MASK : value;
    case 'number':
      return value >= CARD_NUMBER_MIN && isCardNumber(String(value)) ? SECRET_MASK : value;
    case 'boolean':
      return value;
    default:
      return value === null ? null : maskContainer(value);
  }
}

function maskContainer(value: JsonObject | readonly Json[]): Json {
  if (isJsonObject(value)) return maskSecrets(value);
  const masked = value.map(maskValue);
  return masked.some((each, index) => each !== value[index]) ? masked : value;
}

const SECRET_KEY =
  /(?:(?:password|passwd)(?:[\s_-]?confirm(?:ation)?)?|^cvv2?|^cvc2?|card[\s_-]?(?:cvv|cvc)|^identity[\s_-]?token)$/i;

/** A flag such as `hasPassword: true` is no secret, nor is an empty field. */
function isSecret(key: string, value: Json): boolean {
  return typeof value !== 'boolean' && value !== null && value !== '' && SECRET_KEY.test(key);
}

/**
 * Sixteen digits (fifteen of American Express) as the large networks issue them, in one piece or in
 * groups, with a right check digit. Of random ids with as many digits about one in 50 passes.
 *
 * @see ISO/IEC 7812-1 for the check digit.
 */
function isCardNumber(text: string): boolean {
  if (text.length < 15 || text.length > 23 || !/^\d[\d -]+\d$/.test(text)) return false;
  const digits = text.replace(/[ -]/g, '');
  return CARD.test(digits) && luhnSum(digits) % 10 === 0;
}

/** The least that fifteen digits can write without a zero in front. */
const CARD_NUMBER_MIN = 1e14;

/** Visa, Mastercard (both ranges), American Express, Discover. */
const CARD =
  /^(?:4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|6(?:011|5\d\d)\d{12})$/;

function luhnSum(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const weighted = i % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum;
}
