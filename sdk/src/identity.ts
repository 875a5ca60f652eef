import { parseJson, toJson } from './json.ts';
import { quietly } from './quietly.ts';

/** All that is remembered of a visitor, in the order in which it is written. */
export type Visitor = readonly [
  /** Absent before they decided. */
  consent?: 'granted' | 'denied' | undefined,
  anonymousId?: string | undefined,
  userId?: string | undefined,
  ...Session,
];

/** One visit. */
export type Session = readonly [
  sessionId?: string | undefined,
  /** Of its newest event; milliseconds since 1970. */
  lastMs?: number | undefined,
  /** Number of its newest event, from 1. A gap between the numbers that arrive is a loss. */
  count?: number | undefined,
  /** Fingerprint of the campaign that began it; 0 without one. */
  campaign?: number | undefined,
];

/** Text for a cookie; `''` if nothing is known. */
export function visitorText(visitor: Visitor): string {
  return visitor.some(Boolean) ? encodeURIComponent(toJson(visitor)) : '';
}

/** Reads that text. What was not written by us is as good as nothing. */
export const parseVisitor: (text: string | undefined) => Visitor | undefined = quietly((text) => {
  // Of a visitor who was never here; to throw for each of them costs a slow processor 4 ms.
  if (!text) return undefined;
  const visitor = parseJson(decodeURIComponent(text)) as unknown[];
  // What was not there was written as `null`.
  return visitor.map((each) => each ?? undefined) as unknown as Visitor;
});

/**
 * Who the visitor is once they said so. The first user takes over the anonymous past; any other one
 * gets an anonymous id of their own, so that no id ever belongs to two.
 */
export function identified(visitor: Visitor, userId: string, newId: () => string): Visitor {
  const [consent, anonymousId, known, ...session] = visitor;
  return known && known !== userId
    ? [...stranger(visitor, newId), userId]
    : [consent, anonymousId, userId, ...session];
}

/** Somebody of whom nothing is known but what was decided at this device. */
export function stranger(
  [consent]: Visitor,
  newId: () => string,
): readonly [consent: Visitor[0], anonymousId: string] {
  return [consent, newId()];
}

/**
 * Is the visitor among those who are recorded? The same for all events of an id.
 *
 * @param anonymousId - Decimal digits. One that was not made by us is in every sample.
 * @param rate - From 0, nobody, to 1, everybody.
 */
export function isSampled(anonymousId: string | undefined, rate: number): boolean {
  return !(Number(anonymousId?.slice(-5)) >= rate * 1e5);
}
