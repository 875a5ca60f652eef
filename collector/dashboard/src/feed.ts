import type { EventAnswer, StreamMessage } from '../../src/query/answers.ts';

/** A line of the live page, newest first in a {@link Feed}. */
export interface FeedLine {
  /** Unique among the lines. */
  readonly key: string;
  /** ISO 8601. */
  readonly at: string;
  readonly message: StreamMessage;
}

export type Feed = readonly FeedLine[];

/** More lines than anybody scrolls through; older ones are dropped. */
export const FEED_LINES_MAX = 200;

/** The feed with `messages` (oldest first) on top. What it has already is not shown twice. */
export function withMessages(feed: Feed, messages: readonly StreamMessage[]): Feed {
  const lines = new Map<string, FeedLine>();
  for (const message of messages) {
    const line = lineOf(message);
    if (!feed.some(({ key }) => key === line.key)) lines.set(line.key, line);
  }
  if (lines.size === 0) return feed;
  return [...[...lines.values()].reverse(), ...feed].slice(0, FEED_LINES_MAX);
}

/** The feed that starts with `events`, newest first as the API gives them. */
export function feedOf(events: readonly EventAnswer[]): Feed {
  const messages = events.map((event) => ({ type: 'event', event }) as const);
  return withMessages([], messages.toReversed());
}

function lineOf(message: StreamMessage): FeedLine {
  if (message.type === 'event') {
    return { key: `event ${message.event.id}`, at: message.event.timestamp, message };
  }
  return { key: `${message.type} ${message.id}`, at: message.occurredAt, message };
}
