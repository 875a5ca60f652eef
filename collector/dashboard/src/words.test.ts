import type { JsonObject } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventAnswer } from '../../src/query/answers.ts';
import { eventWords, pathOf, peopleWords, valueWords } from './words.ts';

function check(event: Partial<EventAnswer>, words: string): void {
  expect(eventWords({ type: 'track', properties: {}, context: {}, ...event })).toBe(words);
}

const track = (name: string, properties: JsonObject = {}): Partial<EventAnswer> => ({
  name,
  properties,
});

describe('an event reads as a person would say it', () => {
  const cases: readonly (readonly [Partial<EventAnswer>, string])[] = [
    [{ type: 'page', properties: { path: '/pricing' } }, 'Viewed /pricing'],
    [{ type: 'page', context: { page: { path: '/docs' } } }, 'Viewed /docs'],
    [{ type: 'page', name: 'Home' }, 'Viewed Home'],
    [{ type: 'page' }, 'Viewed a page'],
    [{ type: 'screen', name: 'Cart' }, 'Opened the screen Cart'],
    [{ type: 'identify', userId: 'u1', traits: { a: 1 } }, 'Identified as u1'],
    [{ type: 'identify', traits: { email: 'x', plan: 'y' } }, 'Told us email, plan'],
    [{ type: 'identify', traits: { a: 1, b: 2, c: 3, d: 4 } }, 'Told us a, b, c and more'],
    [{ type: 'group', traits: { name: 'Acme' } }, 'Belongs to account Acme'],
    [{ type: 'alias', userId: 'u2' }, 'Is now known as u2'],
    [track('Form Submitted', { form: 'lead-magnet' }), 'Submitted form lead-magnet'],
    [track('Form Submitted'), 'Submitted form'],
    [track('Site Searched', { query: 'premium' }), 'Searched for premium'],
    [track('Site Searched', { query: '' }), 'Searched'],
    [track('Link Clicked'), 'Clicked a link'],
    [track('Email Bounced', { kind: 'soft' }), 'An e-mail bounced: soft'],
    [track('Email Bounced'), 'An e-mail bounced'],
    [track('Order Completed', { total: 49, currency: 'EUR' }), 'Bought for 49.00 EUR'],
    [track('Order Completed', { total: '49' }), 'Bought'],
    [track('Page Engaged', { path: '/pricing' }), 'Stayed on /pricing'],
    [track('Friend Added', { name: 'Ada' }), 'Friend Added'],
    [track('constructor'), 'constructor'],
  ];
  test.each(cases)('%j → %s', (event, words) => check(event, words));
});

test('whatever a client sends has words', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue()).map((value): JsonObject => {
    const copy: JsonObject = JSON.parse(JSON.stringify(value));
    return copy;
  });
  const type = fc.constantFrom('page', 'screen', 'track', 'identify', 'group', 'alias', 'other');
  fc.assert(
    fc.property(type, object, object, object, (kind, properties, context, traits) => {
      const words = eventWords({ type: kind, properties, context, traits });
      expect(words).not.toBe('');
      expect(words).not.toContain('undefined');
    }),
  );
});

test('a property names the path before the page does', () => {
  const event = { properties: { path: '/a' }, context: { page: { path: '/b' } } };
  expect(pathOf(event)).toBe('/a');
});

test('one person is not people', () => {
  expect([0, 1, 1204].map(peopleWords)).toEqual(['0 people', '1 person', '1,204 people']);
});

test('values read without quotes where they can', () => {
  const values = ['Berlin', 3, true, null, ['a', 'b'], { a: 1 }];
  expect(values.map(valueWords)).toEqual(['Berlin', '3', 'true', 'null', 'a, b', '{"a":1}']);
});
