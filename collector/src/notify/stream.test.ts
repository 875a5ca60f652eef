import { expect, test } from 'vitest';
import { createStream } from './stream.ts';

test('says to other threads how many listen, to whichever site', () => {
  const stream = createStream();
  const listening = () => Atomics.load(stream.listeners, 0);
  expect(stream.listeners.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(listening()).toBe(0);
  const stops = [1, 1, 2].map((site) => stream.subscribe(site, () => {}));
  expect(listening()).toBe(3);
  for (const stop of stops) stop();
  for (const stop of stops) stop();
  expect(listening()).toBe(0);
});
