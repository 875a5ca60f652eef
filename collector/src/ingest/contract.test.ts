import type { Inkling } from '@inkling/sdk';
import type { WireBatch } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWorld } from '../../../sdk/src/testing/world.ts';
import type { Event } from '../event.ts';
import { normalize } from './normalize.ts';
import { parseBatch } from './parse.ts';

const AT_MS = 1_800_000_000_000;

/** The real core of the script, on a page and with a clock and a network of our own. */
function startScript(href: string) {
  const world = createWorld();
  world.nowMs = AT_MS;
  const facts = { href, title: 'A title', referrer: 'https://a.example/?q=1' };
  const { inkling } = world.open({}, facts);
  return { inkling, bodies: world.bodies };
}

/** Reads bodies as the collector does, to what it keeps. */
function received(bodies: readonly WireBatch[]): readonly Event[] {
  const elements = bodies.flatMap((body) => {
    const parsed = parseBatch(body, JSON.stringify(body).length);
    if (!parsed.ok) throw new Error(parsed.problem.detail);
    expect(parsed.lost).toEqual({});
    return parsed.elements;
  });
  return elements.map((element) => {
    if (!element.ok) throw new Error(element.rejection.detail);
    const facts = { receivedAtMs: AT_MS, sentAtMs: AT_MS, retentionMs: 1e12, deriveMessageId };
    const normalized = normalize(element.event, facts);
    if (!normalized.ok) throw new Error(normalized.detail);
    return normalized.event;
  });
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

      const events = received(bodies);
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
  const batch = bodies.flatMap((body) => body.batch);
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

test('a property named like what all objects have is sent as such, and pollutes nothing', async () => {
  const { inkling, bodies } = startScript('https://site.example/');
  const text = '{"__proto__":{"a":1},"constructor":"c","toString":"t"}';
  inkling.track('Odd', JSON.parse(text));
  inkling.identify('ada', JSON.parse(text));
  await inkling.flush();
  expect(JSON.stringify(bodies).split(text)).toHaveLength(3);
  const [track, identify] = received(bodies);
  // The collector keeps no such prototype, and all that stands beside it.
  const kept = JSON.stringify({ constructor: 'c', toString: 't' });
  expect([track?.properties, identify?.traits].map((each) => JSON.stringify(each))).toEqual([
    kept,
    kept,
  ]);
  expect({}).not.toHaveProperty('a');
});

test.each(['?&', '?', '?&&utm_source=x&', '?ref=a%20b&utm_term=ä+ö&x=1', '?utm_source', '?ref=&='])(
  'script and collector agree on what may be told of %s',
  async (query) => {
    const { inkling, bodies } = startScript(`https://site.example/a${query}`);
    inkling.page();
    await inkling.flush();
    const told = bodies.flatMap(({ batch }) => batch.map(({ context }) => context?.page));
    expect(received(bodies).map(({ context }) => context.page)).toEqual(told);
  },
);

test.each<[string, (inkling: Inkling) => void]>([
  ['without a name', (inkling) => inkling.track('')],
  ['whose name is too long', (inkling) => inkling.track('x'.repeat(201))],
  ['of a group without an id', (inkling) => inkling.group('')],
])('an event %s is refused, and the reason is told', async (_, call) => {
  const { inkling, bodies } = startScript('https://site.example/');
  call(inkling);
  await inkling.flush();
  const [body] = bodies;
  const parsed = parseBatch(body, JSON.stringify(body).length);
  const elements = parsed.ok ? parsed.elements : [];
  const codes = elements.map((element) => (element.ok ? 'accepted' : element.rejection.code));
  expect(codes).toEqual(['invalid']);
});
