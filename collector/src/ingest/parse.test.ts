import {
  BODY_BYTES_MAX,
  DEPTH_MAX,
  EVENT_BYTES_MAX,
  EVENT_NAME_CHARS_MAX,
  EVENTS_PER_BATCH_MAX,
  ID_CHARS_MAX,
  KEY_BYTES_MAX,
  MESSAGE_ID_CHARS_MAX,
  PROPERTIES_MAX,
  type WireBatch,
} from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBatch, parseSingle } from './parse.ts';
import type { ParsedEvent } from './parse-event.ts';

const PAGE = { type: 'page', anonymousId: 'a' };
const TRACK = { type: 'track', anonymousId: 'a', event: 'Signed Up' };

/** The fields of one event that was let through, or the reason why it was not. */
function parsed(element: unknown): Partial<ParsedEvent> | string {
  const bytes = Number.POSITIVE_INFINITY;
  const body = parseBatch({ batch: [PAGE, element, PAGE] }, bytes);
  if (!body.ok) throw new Error(body.problem.detail);
  const [before, middle, after] = body.elements;
  // Whatever becomes of an event, its neighbours stay.
  expect([before?.ok, after?.ok]).toEqual([true, true]);
  if (middle === undefined) throw new Error('no answer');
  return middle.ok ? middle.event : `${middle.rejection.code}: ${middle.rejection.detail}`;
}

function check(element: unknown, expected: Partial<ParsedEvent> | string): void {
  const actual = parsed(element);
  if (typeof expected === 'string') expect(actual).toBe(expected);
  else expect(actual).toMatchObject(expected);
}

/** `{a: {a: …}}`, `levels` objects in all. */
function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

function keys(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

describe('an event is read', () => {
  test.each([
    ['each type', PAGE, { type: 'page', anonymousId: 'a', userId: undefined, name: undefined }],
    ['named page', { ...PAGE, name: 'Home' }, { name: 'Home' }],
    ['screen', { ...PAGE, type: 'screen', name: 'Main' }, { type: 'screen', name: 'Main' }],
    ['track', TRACK, { type: 'track', name: 'Signed Up' }],
    ['identify', { type: 'identify', userId: 'u', traits: { a: 1 } }, { traits: { a: 1 } }],
    ['group', { type: 'group', userId: 'u', groupId: 'g', traits: { a: 1 } }, { groupId: 'g' }],
    ['alias', { type: 'alias', userId: 'u', previousId: 'p' }, { userId: 'u', previousId: 'p' }],
    ['numeric ids', { ...PAGE, userId: 42, messageId: 7 }, { userId: '42', messageId: '7' }],
    ['one as an id', { ...PAGE, userId: 1 }, { userId: '1', anonymousId: 'a' }],
    ['empty id', { ...PAGE, userId: '', messageId: '' }, { userId: undefined }],
    ['null everywhere', { ...PAGE, userId: null, properties: null, context: null }, {}],
    ['no name on a page', { ...PAGE, name: null }, { name: undefined }],
    [
      'a number as session',
      { ...PAGE, context: { sessionId: 17e11 } },
      { sessionId: '1700000000000' },
    ],
    ['a text as session', { ...PAGE, context: { sessionId: 's' } }, { sessionId: 's' }],
    ['timestamp', { ...PAGE, timestamp: '2024-01-01T00:00:00.5Z' }, { timestampMs: 1704067200500 }],
    ['a number as time', { ...PAGE, timestamp: 1704067200 }, { timestampMs: 1704067200000 }],
    [
      'originalTimestamp first',
      { ...PAGE, timestamp: '2024-01-02', originalTimestamp: '2024-01-01' },
      { timestampMs: 1704067200000 },
    ],
    ['empty timestamp', { ...PAGE, timestamp: '' }, { timestampMs: undefined }],
    ['its own sentAt', { ...PAGE, sentAt: '2024-01-01' }, { sentAtMs: 1704067200000 }],
    ['unreadable sentAt', { ...PAGE, sentAt: 'now' }, { sentAtMs: undefined }],
    ['whatever else it says', { ...PAGE, integrations: { All: true }, channel: 'x', v: 9 }, {}],
    ['a pair of surrogates', { ...PAGE, userId: '😀' }, { userId: '😀' }],
    ['longest id', { ...PAGE, userId: 'u'.repeat(ID_CHARS_MAX) }, {}],
    ['longest messageId', { ...PAGE, messageId: 'm'.repeat(MESSAGE_ID_CHARS_MAX) }, {}],
    ['longest name', { ...TRACK, event: 'e'.repeat(EVENT_NAME_CHARS_MAX) }, {}],
    ['deepest properties', { ...PAGE, properties: nested(DEPTH_MAX) }, {}],
    ['most keys', { ...PAGE, properties: keys(PROPERTIES_MAX) }, {}],
    ['longest key', { ...PAGE, properties: { ['é'.repeat(KEY_BYTES_MAX / 2)]: 1 } }, {}],
  ] satisfies [string, unknown, Partial<ParsedEvent>][])('%s', (_, element, expected) =>
    check(element, expected),
  );
});

describe('an event is refused, with its reason', () => {
  const long = (what: string, max: number) =>
    `invalid: /batch/1${what} is longer than ${max} characters`;
  test.each([
    [null, 'invalid: /batch/1 must be an object'],
    [3, 'invalid: /batch/1 must be an object'],
    [[PAGE], 'invalid: /batch/1 must be an object'],
    [
      { anonymousId: 'a' },
      'invalid: /batch/1/type must be one of page, screen, track, identify, group, alias',
    ],
    [
      { ...PAGE, type: 'toString' },
      'invalid: /batch/1/type must be one of page, screen, track, identify, group, alias',
    ],
    [{ type: 'page' }, 'invalid: /batch/1 names nobody: it needs a userId or an anonymousId'],
    [
      { ...PAGE, anonymousId: '' },
      'invalid: /batch/1 names nobody: it needs a userId or an anonymousId',
    ],
    [{ ...PAGE, userId: true }, 'invalid: /batch/1/userId must be a string'],
    [{ ...PAGE, userId: {} }, 'invalid: /batch/1/userId must be a string'],
    [{ ...PAGE, anonymousId: ['a'] }, 'invalid: /batch/1/anonymousId must be a string'],
    [{ ...PAGE, messageId: true }, 'invalid: /batch/1/messageId must be a string'],
    [
      { ...PAGE, context: { sessionId: true } },
      'invalid: /batch/1/context/sessionId must be a string',
    ],
    [{ ...TRACK, event: 7 }, 'invalid: /batch/1/event must be a string'],
    [{ ...TRACK, event: '' }, 'invalid: /batch/1/event must name the event'],
    [{ type: 'group', userId: 'u' }, 'invalid: /batch/1/groupId must name the group'],
    [{ type: 'alias', userId: 'u' }, 'invalid: /batch/1/previousId must name the id to replace'],
    [
      { type: 'alias', previousId: 'p', anonymousId: 'a' },
      'invalid: /batch/1/userId must name the new id',
    ],
    [{ ...PAGE, properties: [] }, 'invalid: /batch/1/properties must be an object'],
    [{ ...PAGE, properties: 'x' }, 'invalid: /batch/1/properties must be an object'],
    [{ ...PAGE, context: 3 }, 'invalid: /batch/1/context must be an object'],
    [{ ...PAGE, traits: [] }, 'invalid: /batch/1/traits must be an object'],
    [
      { type: 'identify', userId: 'u', context: { traits: 3 } },
      'invalid: /batch/1/context/traits must be an object',
    ],
    [
      { ...PAGE, timestamp: 'yesterday' },
      'invalid: /batch/1/timestamp must be an ISO 8601 time since 1970',
    ],
    [
      { ...PAGE, originalTimestamp: {} },
      'invalid: /batch/1/originalTimestamp must be an ISO 8601 time since 1970',
    ],
    [{ ...PAGE, userId: 'a\0b' }, 'invalid: /batch/1/userId contains NUL or half a surrogate pair'],
    [
      { ...PAGE, userId: '\ud800' },
      'invalid: /batch/1/userId contains NUL or half a surrogate pair',
    ],
    [{ ...PAGE, name: '\udc00' }, 'invalid: /batch/1/name contains NUL or half a surrogate pair'],
    [
      { ...PAGE, properties: { a: ['ok', 'a\0'] } },
      'invalid: /batch/1/properties/a/1 contains NUL or half a surrogate pair',
    ],
    [
      { ...PAGE, properties: { 'a/b~': { c: '\ud800' } } },
      'invalid: /batch/1/properties/a~1b~0/c contains NUL or half a surrogate pair',
    ],
    [
      { ...PAGE, properties: { 'a\0': 1 } },
      'invalid: /batch/1/properties/a� is a key that contains NUL or half a surrogate pair',
    ],
    [
      { ...PAGE, properties: { a: Number.POSITIVE_INFINITY } },
      'invalid: /batch/1/properties/a is too large',
    ],
    [{ ...PAGE, userId: 'u'.repeat(ID_CHARS_MAX + 1) }, long('/userId', ID_CHARS_MAX)],
    [
      { ...PAGE, messageId: 'm'.repeat(MESSAGE_ID_CHARS_MAX + 1) },
      long('/messageId', MESSAGE_ID_CHARS_MAX),
    ],
    [
      { ...TRACK, event: 'e'.repeat(EVENT_NAME_CHARS_MAX + 1) },
      long('/event', EVENT_NAME_CHARS_MAX),
    ],
    [
      { ...PAGE, properties: nested(DEPTH_MAX + 1) },
      `invalid: /batch/1/properties${'/a'.repeat(DEPTH_MAX)} nests deeper than ${DEPTH_MAX} levels`,
    ],
    [
      { ...PAGE, properties: keys(PROPERTIES_MAX + 1) },
      `invalid: /batch/1/properties brings the object to more than ${PROPERTIES_MAX} keys`,
    ],
    [
      { ...PAGE, properties: { a: keys(PROPERTIES_MAX) } },
      `invalid: /batch/1/properties/a brings the object to more than ${PROPERTIES_MAX} keys`,
    ],
    [
      { ...PAGE, properties: { ['é'.repeat(KEY_BYTES_MAX / 2 + 1)]: 1 } },
      `invalid: /batch/1/properties has a key of more than ${KEY_BYTES_MAX} bytes`,
    ],
  ])('%#: %j', check);

  test('one that is too large', () => {
    const event = { ...PAGE, properties: { text: '' } };
    const room = EVENT_BYTES_MAX - Buffer.byteLength(JSON.stringify(event));
    check({ ...event, properties: { text: 'x'.repeat(room) } }, {});
    check(
      { ...event, properties: { text: 'x'.repeat(room + 1) } },
      `too_large: /batch/1 is larger than ${EVENT_BYTES_MAX} bytes, the limit of one event`,
    );
  });

  test('and its messageId is told, if it can be', () => {
    const refused = parseSingle('track', { messageId: 'm', userId: 'u' }, 40);
    expect(refused).toMatchObject({ elements: [{ rejection: { index: 0, messageId: 'm' } }] });
  });
});

describe('traits', () => {
  const context = { traits: { a: 1, b: 1 }, ip: 'x' };
  const identify = { type: 'identify', userId: 'u' };
  test.each([
    ['come from the context', { ...identify, context }, { a: 1, b: 1 }],
    ['beside the event win', { ...identify, context, traits: { b: 2 } }, { a: 1, b: 2 }],
    [
      'of the user are not those of a group',
      { type: 'group', userId: 'u', groupId: 'g', context },
      {},
    ],
    ['are not read from other types', { ...PAGE, context, traits: { b: 2 } }, {}],
  ])('%s', (_, element, traits) => check(element, { traits }));
});

describe('the batch as a whole', () => {
  const batchOf = (body: unknown) => parseBatch(body, Number.POSITIVE_INFINITY);
  test.each([
    [undefined, 'invalid_batch'],
    [null, 'invalid_batch'],
    ['batch', 'invalid_batch'],
    [[PAGE], 'invalid_batch'],
    [{}, 'invalid_batch'],
    [{ batch: PAGE }, 'invalid_batch'],
    [{ batch: [], context: 3 }, 'invalid_batch'],
    [{ batch: [], context: { a: '\0' } }, 'invalid_batch'],
    [{ batch: Array(EVENTS_PER_BATCH_MAX + 1).fill(PAGE) }, 'too_many_events'],
    [
      { batch: Array(EVENTS_PER_BATCH_MAX).fill(PAGE), context: { a: 'x'.repeat(2000) } },
      'body_too_large',
    ],
  ])('%# is refused: %j', (body, code) => {
    expect(batchOf(body)).toMatchObject({ ok: false, problem: { code } });
  });

  test('its context lies beneath that of each event', () => {
    const body = { context: { a: 1, b: { x: 1 } }, batch: [{ ...PAGE, context: { b: { y: 2 } } }] };
    expect(batchOf(body)).toMatchObject({
      elements: [{ event: { context: { a: 1, b: { y: 2 } } } }],
    });
  });

  test('its context counts towards the size of each event', () => {
    const context = { a: 'x'.repeat(EVENT_BYTES_MAX - 100) };
    const batch = [{ ...PAGE, name: 'x'.repeat(100) }, PAGE];
    const { elements } = { elements: [], ...batchOf({ context, batch }) };
    expect(elements).toMatchObject([{ rejection: { code: 'too_large' } }, { ok: true }]);
  });

  test('it may be empty, and tell of losses alone', () => {
    const lost = { overflow: 3, too_large: -1, refused: 1.5, other: 4 };
    const read = batchOf({ batch: [], sentAt: '2024-01-01', lost });
    expect(read).toEqual({
      ok: true,
      sentAtMs: 1704067200000,
      lost: { overflow: 3 },
      elements: [],
      wire: [],
    });
  });

  test.each([null, [], 'x', { overflow: '3' }])('losses written as %j are passed over', (lost) => {
    expect(batchOf({ batch: [], lost })).toMatchObject({ ok: true, lost: {} });
  });

  test('an unreadable sentAt is as good as none', () => {
    for (const sentAt of ['now', true, {}, -1, null]) {
      expect(batchOf({ batch: [], sentAt })).toMatchObject({ ok: true, sentAtMs: undefined });
    }
  });

  test('what our own contract allows is read as it is', () => {
    const batch = {
      writeKey: 'k',
      sentAt: '2024-01-01T00:00:00.000Z',
      batch: [
        { type: 'page', messageId: 'm1', anonymousId: 'a', timestamp: '2024-01-01T00:00:00.000Z' },
        { type: 'track', messageId: 'm2', userId: 'u', timestamp: '2024-01-01', event: 'E' },
      ],
    } as const satisfies WireBatch;
    expect(batchOf(batch)).toMatchObject({ elements: [{ ok: true }, { ok: true }] });
  });
});

describe('a single event', () => {
  test('has the type of its path, whatever it says', () => {
    const single = parseSingle('track', { type: 'page', userId: 'u', event: 'E' }, 100);
    expect(single).toMatchObject({ elements: [{ event: { type: 'track', name: 'E' } }] });
  });
  test.each([null, 3, 'x', []])('%j is refused whole', (body) => {
    expect(parseSingle('page', body, 10)).toMatchObject({ ok: false });
  });
});

describe('keys that mean something to JavaScript', () => {
  const text = '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":"t"}';
  const event = parsed({ ...PAGE, properties: JSON.parse(text) });
  const properties = typeof event === 'string' ? {} : (event.properties ?? {});

  test('are plain data, but for __proto__, which is left out', () => {
    expect(JSON.stringify(properties)).toBe('{"constructor":{"prototype":{"x":1}},"toString":"t"}');
    expect(Object.getPrototypeOf(properties)).toBe(null);
    expect(Object.getPrototypeOf(properties.constructor)).toBe(null);
  });
  test('change no other object', () => {
    expect(({} as { admin?: unknown }).admin).toBe(undefined);
    expect({ ...properties }).not.toHaveProperty('admin');
  });
  test('do not stand in for the fields of an event', () => {
    const inherited: unknown = JSON.parse('{"type":"page","__proto__":{"userId":"u"}}');
    check(inherited, 'invalid: /batch/1 names nobody: it needs a userId or an anonymousId');
  });
});

describe('nothing throws', () => {
  const unclean = fc
    .array(fc.oneof(fc.constantFrom(0, 0x41, 0xd800, 0xdc00), fc.nat(0xffff)), { maxLength: 5 })
    .map((units) => String.fromCharCode(...units));
  const mutations = fc.tuple(
    fc.constantFrom(
      'type',
      'userId',
      'event',
      'properties',
      'context',
      'traits',
      'timestamp',
      'groupId',
    ),
    fc.oneof(
      fc.jsonValue(),
      unclean,
      unclean.map((text) => ({ a: [text], b: 1 })),
      unclean.map((text) => ({ [text]: 1 })),
    ),
  );
  test('on any body, and what is let through is clean', () => {
    const element = mutations.map(([key, value]) => ({ ...TRACK, [key]: value }));
    const body = fc.oneof(fc.jsonValue(), fc.record({ batch: fc.array(element) }));
    fc.assert(
      fc.property(body, (each) => {
        const read = batchRead(each);
        for (const { userId, anonymousId } of read) {
          expect(userId ?? anonymousId).toBeTypeOf('string');
        }
        for (const text of textsOf(read)) expect(text).not.toMatch(/\0|\p{Surrogate}/u);
      }),
    );
  });

  test.each(['[', '{"a":'])('on %s a hundred thousand levels deep', (open) => {
    const levels = 80_000;
    const close = open === '[' ? ']' : '}';
    const deep: unknown = JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`);
    for (const key of ['properties', 'context', 'traits', 'userId', 'timestamp', 'other']) {
      batchRead({ batch: [{ ...PAGE, [key]: deep }, deep], context: { a: 1 } });
    }
    expect(parseBatch({ batch: [], context: deep }, BODY_BYTES_MAX)).toMatchObject({ ok: false });
    expect(parseBatch(deep, BODY_BYTES_MAX)).toMatchObject({ ok: false });
    expect(parseBatch({ batch: deep }, BODY_BYTES_MAX).ok).toBe(open === '[');
  });
});

/** Every text and every key of a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsOf(each)]);
}

function batchRead(body: unknown): ParsedEvent[] {
  const read = parseBatch(body, Number.POSITIVE_INFINITY);
  return read.ok ? read.elements.flatMap((each) => (each.ok ? [each.event] : [])) : [];
}
