import type { Session } from './identity.ts';

/** What decides whether a session goes on. */
export type Moment = readonly [
  atMs: number,
  /** Fingerprint of the campaign in the page's address; 0 without one. */
  campaign: number,
  /** A session ends after so much time without an event. */
  idleMs: number,
];

/**
 * The session that an event belongs to, with the event counted: the one that is on, or a new one
 * after a pause or from another campaign. A clock that was set back ends it too, for otherwise it
 * would last until the clock has caught up.
 */
export function continueSession(
  [sessionId, lastMs, count, began]: Session,
  [atMs, campaign, idleMs]: Moment,
  newId: () => string,
): Session {
  const last = lastMs ?? 0;
  return Math.abs(atMs - last) < idleMs && (!campaign || campaign === began)
    ? [sessionId, Math.max(atMs, last), (count ?? 0) + 1, began]
    : [newId(), atMs, 1, campaign];
}
