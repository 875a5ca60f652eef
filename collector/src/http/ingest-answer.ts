import type { WireAnswer, WireResult } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import { normalize, type RequestFacts } from '../ingest/normalize.ts';
import type { Rejected, Rejection, WriteOutcome } from '../ingest/outcome.ts';
import type { ParsedBody } from '../ingest/parse.ts';
import { keepsakeOf } from '../ingest/privacy-keepsake.ts';
import type { Doubt } from './identity-token.ts';

/** The elements of one body, sorted into those that go on and those that do not. */
export interface Judged {
  readonly events: readonly Event[];
  /** Where in the body each of `events` stood. */
  readonly indexes: readonly number[];
  /** In order of `index`. */
  readonly rejected: readonly Rejected[];
}

/**
 * Lets each element through or refuses it, whatever becomes of the others.
 *
 * @param doubt - Whether an event names its user rightly; absent where nobody has to prove that.
 */
export function judge(
  { elements, wire }: Pick<ParsedBody, 'elements' | 'wire'>,
  facts: RequestFacts,
  doubt?: Doubt,
): Judged {
  const events: Event[] = [];
  const indexes: number[] = [];
  const rejected: Rejected[] = [];
  const reject = (rejection: Rejection) => {
    rejected.push({ ...rejection, keepsake: keepsakeOf(wire[rejection.index]) });
  };
  for (const element of elements) {
    if (!element.ok) {
      reject(element.rejection);
      continue;
    }
    const { index, event: parsed } = element;
    const { messageId } = parsed;
    const at = { index, ...(messageId !== undefined && { messageId }) };
    const normalized = normalize(parsed, facts);
    if (!normalized.ok) {
      reject({ ...at, code: normalized.code, detail: normalized.detail, pointer: '' });
      continue;
    }
    const { event } = normalized;
    const why = doubt && unproven(event, parsed.identityToken, doubt);
    if (why === undefined) {
      events.push(event);
      indexes.push(index);
    } else {
      reject({ ...at, code: 'unverified', detail: why, pointer: '/context/identityToken' });
    }
  }
  return { events, indexes, rejected };
}

function unproven(
  { userId, atMs }: Event,
  identityToken: string | undefined,
  doubt: Doubt,
): string | undefined {
  if (userId === undefined) return undefined;
  const why = doubt({ userId, identityToken, atMs });
  return why && `names a user, and context.identityToken ${why}`;
}

/** Tells the client what became of each of its events; those accepted are counted, not listed. */
export function answerOf(
  judged: Judged,
  outcome: Extract<WriteOutcome, { kind: 'decided' }>,
  debug: boolean,
): WireAnswer {
  const { events, indexes, rejected } = judged;
  const results: WireResult[] = rejected.map(({ pointer: _, keepsake: __, ...told }) => ({
    ...told,
    status: 'rejected',
  }));
  for (const position of outcome.duplicates) {
    const [event, index] = [events[position], indexes[position]];
    if (event === undefined || index === undefined) {
      throw new Error(`The writer calls event ${position} of ${events.length} a duplicate`);
    }
    results.push({ index, messageId: event.messageId, status: 'duplicate' });
  }
  for (const position of outcome.erased) {
    const [event, index] = [events[position], indexes[position]];
    if (event === undefined || index === undefined) {
      throw new Error(`The writer calls event ${position} of ${events.length} an erased one`);
    }
    results.push({ index, messageId: event.messageId, status: 'dropped', ...ERASED });
  }
  return {
    accepted: events.length - outcome.duplicates.size - outcome.erased.size,
    duplicate: outcome.duplicates.size,
    rejected: rejected.length,
    dropped: outcome.erased.size,
    results: results.sort((a, b) => a.index - b.index),
    ...(debug && { memberships: outcome.memberships }),
  };
}

const ERASED = {
  code: 'erased',
  detail: 'The person was erased after this had happened; nothing of it was kept.',
} as const;
