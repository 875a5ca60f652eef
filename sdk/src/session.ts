/** One visit. */
export interface Session {
  readonly id: string;
  /** Of its newest event; milliseconds since 1970. */
  readonly lastMs: number;
  /** Number of its newest event, from 1. A gap between the numbers that arrive is a loss. */
  readonly count: number;
  /** Fingerprint of the campaign that began it; empty without one. */
  readonly campaign: string;
}

/** What decides whether a session goes on. */
export interface Moment {
  readonly atMs: number;
  /** Fingerprint of the campaign in the page's address; empty without one. */
  readonly campaign: string;
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
  const goesOn =
    session !== undefined &&
    Math.abs(atMs - session.lastMs) < idleMs &&
    (campaign === '' || campaign === session.campaign);
  return goesOn
    ? { ...session, lastMs: Math.max(atMs, session.lastMs), count: session.count + 1 }
    : { id: newId(), lastMs: atMs, count: 1, campaign };
}
