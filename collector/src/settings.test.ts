import { describe, expect, test } from 'vitest';
import { readSettings } from './settings.ts';

describe('the hosts that webhooks may reach', () => {
  const hostsOf = (text: string) => readSettings({ WEBHOOK_ALLOW_HOSTS: text }).webhookAllowHosts;

  test('are none unless they are named', () => {
    expect(readSettings({}).webhookAllowHosts).toEqual([]);
    expect(hostsOf('')).toEqual([]);
  });

  test('are names and addresses, separated by commas, in any case', () => {
    expect(hostsOf('LocalHost, 127.0.0.1,::1 ,hooks.internal')).toEqual([
      ...['localhost', '127.0.0.1', '::1', 'hooks.internal'],
    ]);
  });

  test.each([
    'localhost:3000',
    'http://localhost',
    'a,,b',
    'a b',
    '*',
    '127.1',
    '10.0.0.0/8',
    'x/',
  ])('%s is refused by name', (text) => expect(() => hostsOf(text)).toThrow('WEBHOOK_ALLOW_HOSTS'));
});

describe('limits', () => {
  const LIMITS = {
    RATE_LIMIT_EVENTS_PER_S: 'rateLimitEventsPerS',
    RATE_LIMIT_ADDRESS_EVENTS_PER_S: 'rateLimitAddressEventsPerS',
    RATE_LIMIT_ADDRESS_NEW_PER_S: 'rateLimitAddressNewPerS',
  } as const;
  const read = (environment: Record<string, string> = {}) => {
    const settings = readSettings(environment);
    return Object.values(LIMITS).map((name) => settings[name]);
  };

  test('are generous unless they are set', () => {
    expect(read()).toEqual([10_000, 1_000, 500]);
    expect(readSettings({}).trustProxy).toBe(false);
  });

  test.each([
    ['0', undefined],
    ['off', undefined],
    ['1', 1],
    ['250', 250],
  ])('%s is %s', (text, expected) => {
    const environment = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, text]));
    expect(read(environment)).toEqual([expected, expected, expected]);
  });

  test.each(Object.keys(LIMITS))('a wrong %s is refused with the reason', (name) => {
    for (const text of ['-1', '1.5', 'many', ' ', '1e3', '10000000']) {
      const reason = `${name}: must be a whole number per second, or off`;
      expect(() => readSettings({ [name]: text }), text).toThrow(reason);
    }
  });

  test.each([
    ['on', true],
    ['true', true],
    ['1', true],
    ['off', false],
    ['0', false],
  ])('TRUST_PROXY %s is %s', (text, expected) => {
    expect(readSettings({ TRUST_PROXY: text }).trustProxy).toBe(expected);
  });

  test('a wrong TRUST_PROXY is refused with the reason', () => {
    expect(() => readSettings({ TRUST_PROXY: '10.0.0.1' })).toThrow(
      'TRUST_PROXY: must be on or off',
    );
  });
});
