// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hear, silence } from '../testing/heard.ts';
import { engagement } from './engagement.ts';

let isFocused = true;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'requestAnimationFrame'] });
  vi.spyOn(document, 'hasFocus').mockImplementation(() => isFocused);
  history.replaceState(null, '', '/read?token=s3cret');
});
afterEach(() => {
  silence();
  vi.useRealTimers();
  vi.restoreAllMocks();
  isFocused = true;
});

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1_000);

function focus(isNow: boolean): void {
  isFocused = isNow;
  window.dispatchEvent(new Event(isNow ? 'focus' : 'blur'));
}

/** Seconds of attention that were reported, one after the other. */
const secondsOf = (heard: ReturnType<typeof hear>) =>
  heard.events.map(([, said]) => (said as { seconds: number }).seconds);

test('attention is the time in which a page has the focus', () => {
  const heard = hear(engagement);
  pass(10);
  focus(false);
  pass(60);
  focus(true);
  pass(7);
  heard.turn(true);
  expect(heard.events).toEqual([
    ['Page Engaged', { path: '/read', url: expect.any(String), seconds: 17, depth: 100 }],
  ]);
  expect(JSON.stringify(heard.events)).not.toContain('s3cret');
});

test('a glance is none, but glances add up', () => {
  const heard = hear(engagement);
  pass(3);
  heard.turn(false);
  expect(heard.events).toEqual([]);
  pass(3);
  heard.turn(false);
  expect(secondsOf(heard)).toEqual([6]);
});

test('what was reported is not counted again', () => {
  const heard = hear(engagement);
  pass(20);
  heard.turn(false);
  focus(false);
  pass(20);
  heard.turn(false);
  focus(true);
  pass(8);
  heard.turn(true);
  expect(secondsOf(heard)).toEqual([20, 8]);
});

test('a view that gives way to another path takes its attention along', () => {
  const heard = hear(engagement);
  pass(9);
  history.pushState(null, '', '/read?page=2');
  pass(1);
  history.pushState(null, '', '/next');
  pass(6);
  heard.turn(true);
  expect(heard.events.map(([, said]) => said)).toMatchObject([
    { path: '/read', seconds: 10 },
    { path: '/next', seconds: 6 },
  ]);
});

test('depth is as far as was scrolled, read in a frame and not in the listener', () => {
  const reads = vi.fn(() => 4_000);
  Object.defineProperty(document.documentElement, 'scrollHeight', { get: reads });
  Object.defineProperty(window, 'innerHeight', { value: 1_000, configurable: true });
  const heard = hear(engagement);
  pass(1);
  for (const top of [500, 2_000, 1_000]) {
    Object.defineProperty(window, 'scrollY', { value: top, configurable: true });
    reads.mockClear();
    window.dispatchEvent(new Event('scroll'));
    window.dispatchEvent(new Event('scroll'));
    expect(reads).not.toHaveBeenCalled();
    pass(1);
    expect(reads).toHaveBeenCalledTimes(1);
  }
  pass(5);
  heard.turn(true);
  expect(heard.events).toMatchObject([['Page Engaged', { depth: 75 }]]);
});

test('attention is not measured where the owner says so', () => {
  const heard = hear(engagement, { engagement: false });
  pass(20);
  heard.turn(true);
  expect(heard.events).toEqual([]);
});
