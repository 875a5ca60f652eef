import type { Consent } from './api.ts';
import { parseVisitor, type Visitor, visitorText } from './identity.ts';
import type { KeyValue } from './storage.ts';

/** Remembers who the visitor is: in a cookie, and in a copy that outlives it. */
export interface Memory {
  visitor: Visitor;
  /** Looks up who the visitor is: another tab, or another page of the domain, may know better. */
  readonly read: () => void;
  /** Writes who the visitor is; removes it if nothing is known. */
  readonly write: () => void;
  readonly consent: () => Consent;
}

const KEY = 'ink_id';

/**
 * Where cookie and copy disagree the cookie is right: a copy belongs to one origin of the domain.
 *
 * @param byDefault - Of those who have not decided.
 */
export function createMemory(cookies: KeyValue, values: KeyValue, byDefault: Consent): Memory {
  const memory: Memory = {
    visitor: {},
    read: () => {
      const { visitor } = memory;
      // What we know is newer than the copy.
      const isKnown = visitor.anonymousId || visitor.consent;
      memory.visitor =
        parseVisitor(cookies.get(KEY)) ?? (isKnown ? visitor : parseVisitor(values.get(KEY))) ?? {};
    },
    write: () => {
      const text = visitorText(memory.visitor);
      for (const each of [cookies, values]) each.set(KEY, /\w/.test(text) ? text : undefined);
    },
    consent: () => memory.visitor.consent ?? byDefault,
  };
  return memory;
}
