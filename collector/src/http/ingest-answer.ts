import type { WireAnswer, WireResult } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import { normalize, type RequestFacts } from '../ingest/normalize.ts';
import type { Dropped, Rejected, Rejection, WriteOutcome } from '../ingest/outcome.ts';
import type { ParsedBody } from '../ingest/parse.ts';
import type { ParsedEvent } from '../ingest/parse-event.ts';
import { keepsakeOf } from '../ingest/privacy-keepsake.ts';
import type { Vocabulary } from '../ingest/vocabulary.ts';
import { messageIdOf } from './message-id.ts';

/** The elements of one body, sorted into those that go on and those that do not. */
export interface Judged {
  readonly events: readonly Event[];
  /** Where in the body each of `events` stood. */
  readonly indexes: readonly number[];
  /** In order of `index`. */
  readonly rejected: readonly Rejected[];
  /** In order of `index`. */
  readonly dropped: readonly Dropped[];
}

/** What holds for events however they come. */
export function factsOf(
  { retentionMs, enrich }: Pick<RequestFacts, 'retentionMs' | 'enrich'>,
  receivedAtMs: number,
): RequestFacts {
  return {
    ...{ receivedAtMs, retentionMs, deriveMessageId: messageIdOf },
    ...(enrich && { enrich }),
  };
}

/** Looks at an event that is right in itself; says why it is refused all the same, or nothing. */
export type Check = (
  event: Event,
  parsed: ParsedEvent,
) => Pick<Rejection, 'code' | 'detail' | 'pointer'> | undefined;

/** Refuses events of a site whose names are more than it has room for. */
export function vocabularyCheck({ admit }: Vocabulary, site: number): Check {
  return (event) => {
    const excess = admit(site, event);
    return excess && { code: 'quota_cardinality', ...excess };
  };
}

/** Lets each element through or refuses it, whatever becomes of the others. */
export function judge(
  { elements, wire }: Pick<ParsedBody, 'elements' | 'wire'>,
  facts: RequestFacts,
  checks: readonly Check[] = [],
): Judged {
  const events: Event[] = [];
  const indexes: number[] = [];
  const rejected: Rejected[] = [];
  const dropped: Dropped[] = [];
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
      const { code, detail } = normalized;
      if (code === 'bot') dropped.push({ ...at, code, detail });
      else reject({ ...at, code, detail, pointer: '' });
      continue;
    }
    const { event } = normalized;
    const why = firstOf(checks, event, parsed);
    if (why !== undefined) {
      reject({ ...at, ...why });
      continue;
    }
    events.push(event);
    indexes.push(index);
  }
  return { events, indexes, rejected, dropped };
}

function firstOf(checks: readonly Check[], event: Event, parsed: ParsedEvent): ReturnType<Check> {
  for (const check of checks) {
    const why = check(event, parsed);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Tells the client what became of each of its events; those accepted are counted, not listed. */
export function answerOf(
  judged: Judged,
  outcome: Extract<WriteOutcome, { kind: 'decided' }>,
  debug: boolean,
): WireAnswer {
  const { events, indexes, rejected, dropped } = judged;
  const results: WireResult[] = rejected.map(({ pointer: _, keepsake: __, ...told }) => ({
    ...told,
    status: 'rejected',
  }));
  for (const each of dropped) results.push({ ...each, status: 'dropped' });
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
    dropped: dropped.length + outcome.erased.size,
    results: results.sort((a, b) => a.index - b.index),
    ...(debug && { memberships: outcome.memberships }),
  };
}

const ERASED = {
  code: 'erased',
  detail: 'The person was erased after this had happened; nothing of it was kept.',
} as const;
