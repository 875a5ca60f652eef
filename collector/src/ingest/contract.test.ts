import type { WireEvent } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDelivery } from '../../../sdk/src/delivery.ts';
import { createMemory } from '../../../sdk/src/memory.ts';
import type { ListedValues } from '../../../sdk/src/storage.ts';
import { tabQueue } from '../../../sdk/src/tab-queue.ts';
import { createTracker } from '../../../sdk/src/tracker.ts';
import { normalize } from './normalize.ts';
import { parseBatch } from './parse.ts';

const AT_MS = 1_800_000_000_000;

function valuesInMemory(): ListedValues {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void (value === undefined ? values.delete(key) : values.set(key, value)),
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** The real core of the script, with a page, a clock and a network of our own. */
function startScript(href: string) {
  const bodies: string[] = [];
  const values = valuesInMemory();
  let ids = 0;
  const newId = () => `id${ids++}`;
  const delivery = createDelivery('wk_test', {
    nowMs: () => AT_MS,
    random: () => 0,
    later: () => {},
    stored: tabQueue(values, (_, isNow, run) => isNow && void run(), 'ink_q_', 'tab'),
    send: (body) => {
      bodies.push(body);
      return Promise.resolve({ verdict: 'accepted', waitMs: 0 });
    },
    warn: () => {},
  });
  const { inkling } = createTracker(
    { writeKey: 'wk_test', host: 'https://collector.example' },
    {
      nowMs: () => AT_MS,
      newId,
      look: () => [href, 'A title'],
      surroundings: () => ({ referrer: 'https://a.example/?q=1', locale: 'en', timezone: 'UTC' }),
      isSeen: () => true,
      soon: (run) => run(),
      memory: createMemory(valuesInMemory(), values, 'granted'),
      delivery,
      warn: () => {},
    },
  );
  return { inkling, bodies };
}

/** The script names its messages itself. */
const deriveMessageId = () => '';

const word = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
const id = fc.nat().map((number) => `user-${number}`);
const properties = fc.dictionary(word, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 });
const call = fc.oneof(
  fc.tuple(fc.constant('track' as const), word, properties),
  fc.tuple(fc.constant('page' as const), word, properties),
  fc.tuple(fc.constant('identify' as const), id, properties),
  fc.tuple(fc.constant('group' as const), id, properties),
);

test('the collector accepts, each once and under its name, whatever the script sends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 60 }), async (calls) => {
      const { inkling, bodies } = startScript(
        'https://us3r:pw@site.example/a?utm_source=x&k=s3cret#fr4gment',
      );
      for (const [method, name, details] of calls) inkling[method](name, details);
      await inkling.flush();

      const heard = bodies.flatMap((body) => {
        const parsed = parseBatch(JSON.parse(body), body.length);
        if (!parsed.ok) throw new Error(parsed.problem.detail);
        expect(parsed.lost).toEqual({});
        return parsed.elements;
      });
      const events = heard.map((element) => {
        if (!element.ok) throw new Error(element.rejection.detail);
        const facts = { receivedAtMs: AT_MS, sentAtMs: AT_MS, retentionMs: 1e12, deriveMessageId };
        const normalized = normalize(element.event, facts);
        if (!normalized.ok) throw new Error(normalized.detail);
        return normalized.event;
      });
      expect(events.map(({ type }) => type)).toEqual(calls.map(([method]) => method));
      expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(calls.length);
      for (const event of events) {
        expect(event.atMs).toBe(AT_MS);
        expect(event.flags).toEqual([]);
        expect(event.sessionId).toBeDefined();
        expect(JSON.stringify(event)).not.toMatch(/us3r|s3cret|fr4gment/);
      }
    }),
    { numRuns: 200 },
  );
});

test('what the script sends has the types of the contract', async () => {
  const { inkling, bodies } = startScript('https://site.example/pricing');
  inkling.track('Order Completed', { total: 3 });
  await inkling.flush();
  const { batch } = JSON.parse(bodies[0] ?? '{}') as { batch: WireEvent[] };
  expect(batch).toMatchObject([
    {
      type: 'track',
      event: 'Order Completed',
      properties: { total: 3 },
      timestamp: '2027-01-15T08:00:00.000Z',
      context: {
        page: { path: '/pricing', url: 'https://site.example/pricing', title: 'A title' },
      },
    },
  ]);
});
