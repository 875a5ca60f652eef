// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import type { Options } from './api.ts';
import type { WireEvent } from './protocol.ts';
import { withTitle } from './title.ts';

const OPTIONS: Options = { writeKey: 'wk', host: 'https://in.example' };

/** An event as it was when it was called, on a page of which only an index was there. */
function eventAt(path: string, said: object): WireEvent {
  const page = { path, title: 'Index', referrer: 'https://news.example/' };
  const context = { locale: 'de', page };
  return {
    messageId: 'm',
    anonymousId: '7',
    timestamp: '2026-01-01',
    context,
    ...said,
  } as WireEvent;
}

/** What is made of it where the page has meanwhile rendered `/plans`. */
function made(event: WireEvent, options: Partial<Options> = {}): WireEvent | null | undefined {
  history.replaceState(null, '', '/plans?utm_source=x#top');
  document.title = 'Plans';
  return withTitle({ ...OPTIONS, ...options }).beforeSend?.(event);
}

const VIEW = { type: 'page' };

describe('a view of a route', () => {
  test('has the title that was rendered for it, and all else as it was', () => {
    expect(made(eventAt('/plans', VIEW))).toEqual({
      ...eventAt('/plans', VIEW),
      context: {
        locale: 'de',
        page: { path: '/plans', title: 'Plans', referrer: 'https://news.example/' },
      },
    });
  });

  test('that is no longer on keeps its title', () => {
    const event = eventAt('/sign-up', VIEW);
    expect(made(event)).toEqual(event);
  });

  test('is told from others in the way of the site', () => {
    const address = () => 'https://site.example/masked';
    expect(made(eventAt('/masked', VIEW), { address })?.context?.page?.title).toBe('Plans');
    expect(made(eventAt('/plans', VIEW), { address })?.context?.page?.title).toBe('Index');
  });

  test('has its title before the owner looks at it, whose word is the last', () => {
    const beforeSend = (event: WireEvent) =>
      event.context?.page?.title === 'Plans' ? null : event;
    expect(made(eventAt('/plans', VIEW), { beforeSend })).toBeNull();
  });
});

test.each([
  { type: 'page', name: 'Step 1' },
  { type: 'track', event: 'Bought' },
  { type: 'identify', userId: 'ada' },
])('what is no view of a route keeps the title of its moment: $type', (said) => {
  const event = eventAt('/plans', said);
  expect(made(event)).toEqual(event);
});

test('all other options stay as they are', () => {
  expect(withTitle({ ...OPTIONS, debug: true })).toMatchObject({ ...OPTIONS, debug: true });
});
