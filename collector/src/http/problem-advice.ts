import type { ProblemCode } from './problem.ts';

/** What whoever meets a problem can do about it, for the page that its `type` leads to. */
export const ADVICE = {
  malformed_body: 'Send UTF-8, as it is or as gzip that is whole.',
  malformed_json:
    'The detail says where reading stopped. Send one JSON value and nothing after it.',
  invalid_batch:
    'Send an object with the events in "batch", or one event to the address of its type. A single wrong event does not fail its batch: the answer names it.',
  invalid_request: 'The errors point at what was not understood. The reference has what it takes.',
  missing_key:
    'Questions take a secret key as "Authorization: Bearer". Events take the write key as the user name of Basic authentication, as Bearer, or as "writeKey" in the body.',
  unknown_key:
    'Look for a typing error, for a key of another collector, and for one that was removed.',
  forbidden:
    'The detail names the role that is needed. Changes need a secret key with the role "admin"; the write key only adds events.',
  secret_key_exposed:
    'Make a new key, use it in the place of this one, and remove this one: others may have read it. Pages send with the write key. Servers may send with an admin key, as the user name of Basic authentication or as Bearer.',
  origin_not_allowed: 'Add the origin of the page to the setting ALLOWED_ORIGINS.',
  not_found:
    'Compare the address and its ids with the reference. What was deleted is gone, and what is of another site is not shown.',
  method_not_allowed: 'The header Allow has the methods that fit.',
  request_timeout: 'Send the body faster or in smaller parts; it has to arrive within seconds.',
  merge_limit:
    'These are most likely not one person. Find the id that many share, such as a placeholder, and stop sending it.',
  in_use: 'The detail names what needs it. Change or delete that first.',
  conflict:
    'The detail says what is in the way. If it was changed, read it again and apply your change to what it is now; if a limit is reached, remove what is not needed.',
  body_too_large:
    '"limit" has the bytes that a body may have, counted after unpacking. Split the batch.',
  too_many_events: '"limit" has the events that a batch may have. Split the batch.',
  unsupported_encoding: 'Send the body as it is, or as gzip.',
  invalid_definition:
    'The errors point into the definition and say what would be right. Nothing was saved.',
  invalid_webhook: 'The errors point at what is wrong with the webhook. Nothing was saved.',
  rate_limited: 'Wait as many seconds as the header Retry-After says, then send it again.',
  headers_too_large: 'Drop cookies and headers that the collector does not need.',
  internal:
    'The fault is the collector’s and is in its log. Send it again: an event is counted once, however often it arrives.',
  busy: 'Wait as many seconds as the header Retry-After says, then send it again.',
  unavailable:
    'Wait as many seconds as the header Retry-After says, then send it again. If it lasts, look at the collector’s log and its disk.',
} as const satisfies Readonly<Record<ProblemCode, string>>;
