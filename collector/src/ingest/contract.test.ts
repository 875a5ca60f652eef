import type { WireBatch, WireEvent } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWorld } from '../../../sdk/src/testing/world.ts';
import { normalize } from './normalize.ts';
import { parseBatch } from './parse.ts';
import type { ParsedEvent } from './parse-event.ts';

const SOON_MS = 5_000;

/** Texts with all that makes a text hard: NUL, halves of pairs, quotes, backslashes. */
const text = (minLength: number, maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'binary', minLength, maxLength }),
    fc
      .array(fc.nat(0xffff), { minLength, maxLength })
      .map((units) => String.fromCharCode(...units)),
  );
/** What a page may say of itself, within the limits that it is told. */
const details = fc.dictionary(text(1, 20), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 });
const name = text(1, 200);
const id = fc.oneof(text(1, 256), fc.integer({ min: 1 }));

const calls = fc.oneof(
  fc.record({ method: fc.constant('page' as const), args: fc.tuple(name, details) }),
  fc.record({ method: fc.constant('track' as const), args: fc.tuple(name, details) }),
  fc.record({ method: fc.constant('identify' as const), args: fc.tuple(id, details) }),
  fc.record({ method: fc.constant('group' as const), args: fc.tuple(id, details) }),
  fc.record({ method: fc.constant('alias' as const), args: fc.tuple(id, id) }),
  fc.record({ method: fc.constant('reset' as const), args: fc.constant([]) }),
);
const pages = fc.record({
  href: fc.webUrl({ withQueryParameters: true, withFragments: true }),
  title: text(0, 600),
});

/** Sends what the script makes of `calls`; all bodies as they left. */
async function sent(
  calls: readonly { readonly method: string; readonly args: readonly unknown[] }[],
  page: { readonly href: string; readonly title: string },
): Promise<readonly WireBatch[]> {
  const world = createWorld();
  const tab = world.open({}, page);
  for (const { method, args } of calls) {
    tab.take([method, args, world.nowMs, page.href, page.title]);
  }
  await world.pass(SOON_MS);
  return world.bodies;
}

/** What the collector reads of an event, in the words of the event. */
function asSent(event: ParsedEvent, wire: WireEvent): unknown {
  const { type, messageId, anonymousId, userId, groupId, previousId, context } = event;
  return {
    type,
    messageId,
    anonymousId,
    userId,
    ...(type === 'track' ? { event: event.name } : { name: event.name }),
    groupId,
    previousId,
    timestamp: new Date(event.timestampMs ?? Number.NaN).toISOString(),
    context,
    ...('properties' in wire && { properties: event.properties }),
    ...('traits' in wire && { traits: event.traits }),
  };
}

test('the collector accepts, unchanged, whatever the script sends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { maxLength: 12 }), pages, async (calls, page) => {
      const bodies = await sent(calls, page);
      const expected = calls.filter(({ method }) => method !== 'reset').length;
      expect(bodies.flatMap(({ batch }) => batch)).toHaveLength(expected);
      for (const body of bodies) {
        const parsed = parseBatch(body, JSON.stringify(body).length);
        if (!parsed.ok) throw new Error(parsed.problem.detail);
        expect(parsed.lost).toEqual({});
        expect(parsed.sentAtMs).toBe(Date.parse(body.sentAt));
        for (const [index, element] of parsed.elements.entries()) {
          const wire = body.batch[index];
          if (!element.ok || wire === undefined) throw new Error(JSON.stringify(element));
          expect(JSON.parse(JSON.stringify(asSent(element.event, wire)))).toEqual(wire);
        }
      }
    }),
  );
});

test('what the script tells of a page is what the collector would have left of it', async () => {
  await fc.assert(
    fc.asyncProperty(pages, async (page) => {
      const [body] = await sent([{ method: 'page', args: [] }], page);
      const parsed = parseBatch(body, 1);
      const [element] = parsed.ok ? parsed.elements : [];
      if (body === undefined || !element?.ok) throw new Error('refused');
      const receivedAtMs = Date.parse(body.sentAt);
      const normal = normalize(element.event, {
        receivedAtMs,
        retentionMs: SOON_MS,
        deriveMessageId: () => '',
      });
      if (!normal.ok) throw new Error(normal.detail);
      const said = element.event.context.page;
      // It may mask what looks like an address or a token, which the script leaves to it.
      expect(normal.event.flags).toEqual([]);
      expect(new Set(Object.keys(normal.event.properties))).toEqual(
        new Set(Object.keys(said ?? {})),
      );
      expect(normal.event.properties.search).toBe((said as { search?: string }).search);
    }),
  );
});
