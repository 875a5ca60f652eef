import fc from 'fast-check';

/** A body for one of the doors for events, of whatever sense. */
export interface Payload {
  readonly path: string;
  readonly body: unknown;
}

export const GOOD = { type: 'track', userId: 'u', event: 'E', messageId: 'good' } as const;

const paths = fc.constantFrom('/v1/batch', '/v1/t', '/v1/page', '/v1/i', '/v1/group', '/v1/a');
const unclean = fc
  .array(fc.oneof(fc.constantFrom(0, 0x22, 0xd800, 0xdc00), fc.nat(0xffff)), { maxLength: 5 })
  .map((units) => String.fromCharCode(...units));
const value = fc.oneof(
  fc.jsonValue(),
  unclean,
  fc.double(),
  fc.constantFrom('2024-06-01', '1e999', 'https://a@b:c@d/?e#f', 1717200000, {}, []),
  fc.dictionary(fc.oneof(unclean, fc.constant('__proto__')), fc.jsonValue()),
);
const field = fc.constantFrom(
  ...['type', 'userId', 'anonymousId', 'groupId', 'previousId', 'messageId', 'event', 'name'],
  ...['properties', 'context', 'traits', 'timestamp', 'originalTimestamp', 'sentAt', 'batch'],
  ...['lost', 'writeKey', '__proto__', 'toJSON', 'length'],
);
const type = fc.constantFrom('page', 'screen', 'track', 'identify', 'group', 'alias');
const wire = fc
  .tuple(type, fc.array(fc.tuple(field, value), { maxLength: 3 }))
  .map(([each, changes]) => ({
    ...{ ...GOOD, type: each, groupId: 'g', previousId: 'p' },
    ...Object.fromEntries(changes),
  }));
const context = fc.dictionary(
  fc.constantFrom('page', 'traits', 'sessionId', 'userAgent', 'ip'),
  value,
);
const nested = fc.tuple(wire, context).map(([each, own]) => ({ ...each, context: own }));
const event = fc.oneof(wire, nested);

/** Any JSON at all. */
export const anything: fc.Arbitrary<Payload> = fc.record({ path: paths, body: fc.jsonValue() });

/** What is right but for some fields. */
export const almostRight: fc.Arbitrary<Payload> = fc.record({
  path: paths,
  body: fc.oneof(
    fc.record({ batch: fc.array(event) }),
    fc.record({ batch: fc.array(event), context, sentAt: value, lost: value }),
    event,
  ),
});

/** How many events a body holds, if it is taken at all. */
export function eventsIn(path: string, body: unknown): number {
  return path === '/v1/batch' ? (body as { batch: unknown[] }).batch.length : 1;
}
