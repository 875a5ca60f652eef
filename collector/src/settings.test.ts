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
