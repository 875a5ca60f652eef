/** Kept equal to the version of the package by a test. */
export const VERSION = '0.1.0';

/** A session ends after so much time without an event, unless the owner says otherwise. */
export const SESSION_MINUTES = 30;

/** A call waits so long in memory, with those after it: it is storage that costs time, not code. */
export const WORK_DELAY_MS = 1_000;
/** A page that is never idle is interrupted after this long. */
export const IDLE_WAIT_MS_MAX = 1_000;
/** Calls that wait for consent, or for a page that is only prerendered. Past this the oldest go. */
export const CALLS_MAX = 500;

/** How long the first event of a batch waits for company. */
export const FLUSH_DELAY_MS = 1_000;
/** So many events make a batch that need not wait. */
export const BATCH_EVENTS_FULL = 20;
/** Most events of a batch; fewer once a server found a body too large. */
export const BATCH_EVENTS_MAX = 250;
/** All unfinished keepalive requests of a page may carry 64 KiB together; a part is left to the page. */
export const IN_FLIGHT_BYTES_MAX = 60_000;
/** Largest batch, unless a single event is larger: two of them can be in flight at once. */
export const BATCH_BYTES_MAX = 30_000;
/** Browsers refuse a page more than about nine keepalive requests at once. */
export const IN_FLIGHT_REQUESTS_MAX = 8;
/** A server that is silent for so long is taken for an outage. */
export const ANSWER_MS_MAX = 30_000;

/**
 * Events kept through an outage. Past this the oldest go: recent behaviour is worth more. With events
 * of usual size that is about a tenth of what all scripts of an origin may store.
 */
export const QUEUE_EVENTS_MAX = 500;

/** Values of form fields are cut to this many characters. */
export const FIELD_CHARS_MAX = 1_000;
/** Fields of a form past this are not looked at. */
export const FIELDS_MAX = 100;

/** Browsers keep no cookie longer than 400 days. */
export const COOKIE_AGE_S: number = 395 * 86_400;
