import { describe, expect, test } from 'vitest';
import type { EventAnswer, StreamMessage } from '../../src/query/answers.ts';
import { FEED_LINES_MAX, type Feed, feedOf, withMessages } from './feed.ts';

function event(id: string): EventAnswer {
  const timestamp = '2026-03-04T14:02:31.000Z';
  return {
    id,
    messageId: id,
    type: 'page',
    profile: 'p1',
    timestamp,
    receivedAt: timestamp,
    properties: {},
    context: {},
  };
}

const arrived = (...ids: string[]): readonly StreamMessage[] =>
  ids.map((id) => ({ type: 'event', event: event(id) }));

function check(feed: Feed, keys: readonly string[]): void {
  expect(feed.map(({ key }) => key)).toEqual(keys.map((id) => `event ${id}`));
}

describe('the feed', () => {
  const start = feedOf([event('b'), event('a')]);
  test('starts as the API lists it', () => check(start, ['b', 'a']));
  test('puts what arrives on top', () =>
    check(withMessages(start, arrived('c', 'd')), ['d', 'c', 'b', 'a']));
  test('shows nothing twice after the stream repeats itself', () =>
    check(withMessages(start, arrived('b', 'c', 'c')), ['c', 'b', 'a']));
  test('stays the same object when nothing is new', () =>
    expect(withMessages(start, arrived('a'))).toBe(start));
  test('drops the oldest', () => {
    const ids = Array.from({ length: FEED_LINES_MAX + 1 }, (_, index) => `n${index}`);
    check(withMessages(start, arrived(...ids)), ids.slice(1).toReversed());
  });
});
