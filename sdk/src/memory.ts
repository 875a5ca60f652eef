import { parseVisitor, type Visitor, visitorText } from './identity.ts';
import type { KeyValue } from './storage.ts';

/** Where it is remembered who the visitor is. */
export interface Memory {
  /** On all pages of the domain. */
  readonly cookie: KeyValue;
  /** A copy on one origin, which may outlive the cookie. */
  readonly value: KeyValue;
}

const KEY = 'ink_id';

/**
 * Looks up who the visitor is: another tab, or another page of the domain, may know better than this
 * one. Where cookie and copy disagree the cookie is right, as a copy belongs to one origin.
 *
 * @param known - What this page knows: it counts where nothing can be stored.
 */
export function recall(known: Visitor, ports: Memory): Visitor {
  const { cookie, value } = ports;
  return parseVisitor(cookie(KEY)) ?? parseVisitor(value(KEY)) ?? known;
}

/** Writes who the visitor is; removes it if nothing is known. */
export function remember(visitor: Visitor, ports: Memory): void {
  const { cookie, value } = ports;
  const text = visitorText(visitor);
  cookie(KEY, text);
  value(KEY, text);
}
