import type { Event } from '../event.ts';

/** Longest address that mail can be sent to. RFC 5321, erratum 1690. */
const EMAIL_CHARS_MAX = 254;
/** One at sign between texts without space; whether mail arrives there is not ours to know. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/**
 * The address by which an `identify` names its person, trimmed and in lower case; `undefined` for
 * other events and for what is no address.
 */
export function emailOf({ type, traits }: Event): string | undefined {
  const email = Object.hasOwn(traits, 'email') ? traits.email : undefined;
  if (type !== 'identify' || typeof email !== 'string') return undefined;
  const text = email.trim().toLowerCase();
  return text.length <= EMAIL_CHARS_MAX && EMAIL.test(text) ? text : undefined;
}
