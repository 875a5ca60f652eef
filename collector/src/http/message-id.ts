import { createHash } from 'node:crypto';

/**
 * Names an event by its content, for clients that name none themselves. 256 bits, so that nobody
 * finds two events with one name and hides one behind the other.
 *
 * @returns 50 characters, starting with `content`, which no client's own ids do.
 */
export function messageIdOf(canonical: string): string {
  return `content${createHash('sha256').update(canonical).digest('base64url')}`;
}
