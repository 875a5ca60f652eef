import type { WireAnswer, WireResult } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import { normalize, type RequestFacts } from '../ingest/normalize.ts';
import type { Dropped, Rejected, WriteOutcome } from '../ingest/outcome.ts';
import type { ParsedBody } from '../ingest/parse.ts';
import { keepsakeOf } from '../ingest/privacy-keepsake.ts';

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

/** Lets each element through or refuses it, whatever becomes of the others. */
export function judge(
  { elements, wire }: Pick<ParsedBody, 'elements' | 'wire'>,
  facts: RequestFacts,
): Judged {
  const events: Event[] = [];
  const indexes: number[] = [];
  const rejected: Rejected[] = [];
  const dropped: Dropped[] = [];
  for (const element of elements) {
    if (!element.ok) {
      const { rejection } = element;
      rejected.push({ ...rejection, keepsake: keepsakeOf(wire[rejection.index]) });
      continue;
    }
    const { index, event } = element;
    const normalized = normalize(event, facts);
    if (normalized.ok) {
      events.push(normalized.event);
      indexes.push(index);
      continue;
    }
    const { code, detail } = normalized;
    const { messageId } = event;
    const which = { index, detail, ...(messageId !== undefined && { messageId }) };
    if (code === 'bot') dropped.push({ ...which, code });
    else rejected.push({ ...which, code, pointer: '', keepsake: keepsakeOf(wire[index]) });
  }
  return { events, indexes, rejected, dropped };
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
