import type { Session } from './session.ts';

/** All that is remembered of a visitor. */
export interface Visitor {
  /** What they decided; absent before they did. */
  readonly consent?: 'granted' | 'denied' | undefined;
  readonly anonymousId?: string | undefined;
  readonly userId?: string | undefined;
  readonly session?: Session | undefined;
}

/** Text for a cookie: fields apart by `:`, which `encodeURIComponent` leaves in no id. */
export function visitorText({ consent, anonymousId, userId, session }: Visitor): string {
  const { id, lastMs, count, campaign } = session ?? {};
  const decided = consent && Number(consent === 'granted');
  return [decided, anonymousId, encodeURIComponent(userId ?? ''), id, lastMs, count, campaign].join(
    ':',
  );
}

/** Reads that text. What was not written by us is as good as nothing. */
export function parseVisitor(text = ''): Visitor | undefined {
  const [consent, anonymousId, userId, id, ...figures] = text.split(':');
  const [lastMs, count, campaign] = figures.map(Number);
  if (lastMs === undefined || count === undefined || campaign === undefined) return undefined;
  return {
    consent: consent ? (Number(consent) ? 'granted' : 'denied') : undefined,
    anonymousId: anonymousId || undefined,
    userId: decodeURIComponent(userId ?? '') || undefined,
    session: id ? { id, lastMs, count, campaign } : undefined,
  };
}

/**
 * Who the visitor is once they said so. The first user takes over the anonymous past; any other one
 * gets an anonymous id of their own, so that no id ever belongs to two.
 */
export function identified(visitor: Visitor, userId: string, newId: () => string): Visitor {
  const isOther = visitor.userId && visitor.userId !== userId;
  return { ...(isOther ? stranger(visitor, newId) : visitor), userId };
}

/** Somebody of whom nothing is known but what was decided at this device. */
export function stranger({ consent }: Visitor, newId: () => string): Visitor {
  return { consent, anonymousId: newId() };
}

/**
 * Is the visitor among those who are recorded? The same for all events of an id.
 *
 * @param anonymousId - Made by us: digits of base 36.
 * @param rate - From 0, nobody, to 1, everybody.
 */
export function isSampled(anonymousId: string, rate: number): boolean {
  return Number.parseInt(anonymousId.slice(-5), 36) < rate * 36 ** 5;
}
