/** One visit. */
export interface Session {
  readonly id: string;
  /** Of its newest event; milliseconds since 1970. */
  readonly lastMs: number;
  /** Number of its newest event, from 1. A gap between the numbers that arrive is a loss. */
  readonly count: number;
  /** Fingerprint of the campaign that began it; 0 without one. */
  readonly campaign: number;
}

/** What decides whether a session goes on. */
export interface Moment {
  readonly atMs: number;
  /** Fingerprint of the campaign in the page's address; 0 without one. */
  readonly campaign: number;
  /** A session ends after so much time without an event. */
  readonly idleMs: number;
}

/**
 * The session that an event belongs to, with the event counted: the one that is on, or a new one
 * after a pause or from another campaign. A clock that was set back ends it too, for otherwise it
 * would last until the clock has caught up.
 */
export function continueSession(
  session: Session | undefined,
  { atMs, campaign, idleMs }: Moment,
  newId: () => string,
): Session {
  return session &&
    Math.abs(atMs - session.lastMs) < idleMs &&
    (campaign === 0 || campaign === session.campaign)
    ? { ...session, lastMs: Math.max(atMs, session.lastMs), count: session.count + 1 }
    : { id: newId(), lastMs: atMs, count: 1, campaign };
}
