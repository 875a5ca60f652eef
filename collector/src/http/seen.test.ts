import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, SECOND, START_MS, startApi, view } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type { SchemaAnswer } from '../query/answers.ts';

const at = (afterMs: number) => formatInstant(START_MS + afterMs);

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

/** What is known a second after the last event. */
async function schema(key?: string): Promise<SchemaAnswer> {
  await api.wait(1_000);
  // What was seen is saved after the one request and before the next.
  await api.wait(0);
  return (await api.ask<SchemaAnswer>('/v1/schema', key ? { key } : {})).json;
}

const ordered = (properties: Readonly<Record<string, unknown>>) => ({
  ...{ type: 'track', event: 'Order Completed', anonymousId: 'a' },
  properties,
});

describe('the schema', () => {
  test('lists names, properties and traits with types, counts, times and examples', async () => {
    await api.send(ordered({ total: 10, currency: 'EUR', items: [1], coupon: null }));
    api.nowMs += 5_000;
    await api.send(
      ordered({ total: '12', currency: 'EUR', shipping: { express: true } }),
      { type: 'identify', userId: 'ann', traits: { plan: 'pro' } },
      view('a', '/p'),
    );
    const { events, traits, truncated } = await schema();
    expect(events.map(({ name, count }) => [name, count])).toEqual([
      ['Order Completed', 2],
      ['page', 1],
    ]);
    const [order] = events;
    expect(order).toMatchObject({ firstSeen: at(0), lastSeen: at(5_000) });
    const seen = (path: string, count: number, types: readonly string[], examples: unknown[]) => ({
      ...{ path, count, types, examples },
      ...{ firstSeen: expect.any(String), lastSeen: expect.any(String) },
    });
    expect(order?.properties).toEqual([
      seen('coupon', 1, ['null'], []),
      seen('currency', 2, ['text'], ['EUR']),
      seen('items', 1, ['list'], []),
      seen('shipping', 1, ['object'], []),
      seen('shipping.express', 1, ['boolean'], [true]),
      seen('total', 2, ['number', 'text'], [10, '12']),
    ]);
    expect(traits).toEqual([seen('plan', 1, ['text'], ['pro'])]);
    expect(truncated).toBe(false);
  });

  test('counts nothing twice and nothing of another site', async () => {
    const event = { ...ordered({ total: 1 }), messageId: 'same' };
    await api.send(event);
    await api.send(event);
    expect((await schema()).events).toMatchObject([{ count: 1 }]);
    expect((await schema(SECOND.secretKey)).events).toEqual([]);
  });

  test('shows of each path five examples, and no long texts whole', async () => {
    await api.send(...Array.from({ length: 9 }, (_, index) => ordered({ n: index })));
    await api.send(ordered({ text: 'so long '.repeat(40) }));
    const [order] = (await schema()).events;
    const [n, text] = order?.properties ?? [];
    expect([n?.count, n?.examples]).toEqual([9, [0, 1, 2, 3, 4]]);
    expect(String(text?.examples[0])).toHaveLength(60);
  });

  test('names no more than a thousand events, and says so', async () => {
    for (let first = 0; first < 1_200; first += 400) {
      const names = Array.from({ length: 400 }, (_, index) => `Event ${first + index}`);
      await api.send(...names.map((event) => ({ ...ordered({}), event })));
    }
    const { events, truncated } = await schema();
    expect([events.length, truncated]).toEqual([1_000, true]);
  });
});
