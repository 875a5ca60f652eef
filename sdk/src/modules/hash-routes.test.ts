import { expect, test } from 'vitest';
import { addressOf } from '../address.ts';
import { hashRoutes } from './hash-routes.ts';

test.each<[string, string]>([
  ['https://a.example/app/#/users/7?tab=x', '/app/users/7'],
  ['https://a.example/#!/users', '/users'],
  ['https://a.example/app?utm_source=x#/users', '/app/users?utm_source=x'],
  ['https://a.example/app#section', '/app'],
])('%s is routed to %s', (href, expected) => {
  const { url } = addressOf(hashRoutes(href));
  expect(url.pathname + url.search).toBe(expected);
});
