import type { JsonObject } from '@inkling/sdk/protocol';
import { describe, expect, test } from 'vitest';
import { maskSecrets, SECRET_MASK } from './privacy-secrets.ts';

function check(source: JsonObject, expected: JsonObject): void {
  expect(maskSecrets(source)).toEqual(expected);
}

describe('a secret is masked', () => {
  test.each([
    'password',
    'Password',
    'new_password',
    'currentPassword',
    'passwd',
    'password_confirmation',
    'cvv',
    'CVC2',
    'card_cvc',
  ])('by its key %s', (key) => check({ [key]: 'x1' }, { [key]: SECRET_MASK }));

  test.each([
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '6011111111111117',
    4111111111111111,
  ])('as the card number %s', (value) => check({ field: value }, { field: SECRET_MASK }));

  test('whatever its type, however deep', () => {
    check(
      { a: [{ password: ['x'] }, '4111111111111111', 1], b: { cvv: 123 } },
      { a: [{ password: SECRET_MASK }, SECRET_MASK, 1], b: { cvv: SECRET_MASK } },
    );
  });
});

describe('what only resembles one stays', () => {
  test.each([
    [{ hasPassword: true, password: null, cvv: '' }],
    [{ passwordResetRequested: 'yes', passwords_seen: 3 }],
    [{ token: 'x', secret: 'y', curriculum: 'cv', cvvv: 1 }],
    [{ orderId: '4111111111111112' }],
    [{ shopifyId: '5012345678901', ean: '4006381333931', at: 1700000000000 }],
    [{ snowflake: '1234567890123456789', micros: 1700000000000000 }],
    [{ text: 'call 4111 1111 1111 1111 now' }],
    [{ phone: '+49 170 1234567', dashes: '4---------------1' }],
  ])('%j', (source) => {
    expect(maskSecrets(source)).toBe(source);
  });
});
