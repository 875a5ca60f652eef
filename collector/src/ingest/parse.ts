import {
  BODY_BYTES_MAX,
  EVENT_BYTES_MAX,
  EVENTS_PER_BATCH_MAX,
  type JsonObject,
  type LossReason,
} from '@inkling/sdk/protocol';
import type { EventType } from '../event.ts';
import type { Lost } from './outcome.ts';
import { jsonBytes } from './parse-bytes.ts';
import { type ParsedElement, parseEvent, type Surroundings } from './parse-event.ts';
import { NOTHING, parseObject } from './parse-object.ts';
import { type Faults, isObject, parseTime, type Untrusted } from './parse-text.ts';

/** Why a whole body was refused. */
export interface BodyProblem {
  readonly code: 'invalid_batch' | 'too_many_events' | 'body_too_large';
  readonly detail: string;
  readonly limit?: number;
}

/** A body as far as it can be read: each of its events stands or falls alone. */
export interface ParsedBody {
  readonly ok: true;
  /** The client's clock as the body left, milliseconds since 1970. Unreadable is as good as none. */
  readonly sentAtMs: number | undefined;
  readonly lost: Lost;
  readonly elements: readonly ParsedElement[];
  /** The same events as they came. */
  readonly wire: readonly unknown[];
}

export type Parsed = ParsedBody | { readonly ok: false; readonly problem: BodyProblem };

/** More losses than this a client cannot have had: the figure is nonsense. */
const LOST_MAX = 1_000_000;

const LOSS_REASONS: readonly LossReason[] = ['overflow', 'too_large', 'refused'];

/**
 * Reads the body of `POST /v1/batch`. Never throws.
 *
 * @param body - What `JSON.parse` made of it.
 * @param bodyBytes - How long its text was: the events of a small body need not be measured.
 */
export function parseBatch(body: unknown, bodyBytes: number): Parsed {
  if (!isObject(body)) return refused('invalid_batch', 'The body must be a JSON object.');
  const batch = body.batch;
  if (!Array.isArray(batch)) {
    return refused('invalid_batch', '/batch must be an array of events.');
  }
  if (batch.length > EVENTS_PER_BATCH_MAX) {
    const detail = `/batch has ${batch.length} events; send at most ${EVENTS_PER_BATCH_MAX} at once.`;
    return refused('too_many_events', detail, EVENTS_PER_BATCH_MAX);
  }
  const faults: Faults = { at: '' };
  const context = parseObject(body.context, '/context', faults);
  if (faults.first !== undefined) return refused('invalid_batch', `${faults.first}.`);
  const contextBytes = context === NOTHING ? 0 : jsonBytes(context, BODY_BYTES_MAX);
  if (contextBytes * batch.length > BODY_BYTES_MAX) {
    const detail = '/context is too large to be written into each event of the batch.';
    return refused('body_too_large', detail, BODY_BYTES_MAX);
  }
  const around = surroundings(bodyBytes, context, contextBytes);
  return {
    ok: true,
    sentAtMs: sentAtMs(body),
    lost: parseLost(body.lost),
    elements: batch.map((each, index) => parseEvent(each, index, `/batch/${index}`, around)),
    wire: batch,
  };
}

/**
 * Reads the body of `POST /v1/track` and its like: one event, whose type is the path's. Never throws.
 *
 * @param bodyBytes - As for {@link parseBatch}.
 */
export function parseSingle(type: EventType, body: unknown, bodyBytes: number): Parsed {
  if (!isObject(body)) return refused('invalid_batch', 'The body must be a JSON object.');
  const around = { ...surroundings(bodyBytes, NOTHING, 0), type };
  const element = parseEvent(body, 0, '', around);
  return { ok: true, sentAtMs: sentAtMs(body), lost: {}, elements: [element], wire: [body] };
}

function surroundings(bodyBytes: number, context: JsonObject, contextBytes: number): Surroundings {
  return { context, contextBytes, mayExceed: bodyBytes > EVENT_BYTES_MAX };
}

function sentAtMs(body: Untrusted): number | undefined {
  return parseTime(body.sentAt, '/sentAt', { at: '' });
}

/** What cannot be right is passed over: no event hangs on it. */
function parseLost(value: unknown): Lost {
  const lost: { [reason in LossReason]?: number } = {};
  if (!isObject(value)) return lost;
  for (const reason of LOSS_REASONS) {
    const count = value[reason];
    if (typeof count !== 'number' || !Number.isInteger(count)) continue;
    if (count > 0 && count <= LOST_MAX) lost[reason] = count;
  }
  return lost;
}

function refused(code: BodyProblem['code'], detail: string, limit?: number): Parsed {
  return { ok: false, problem: { code, detail, ...(limit !== undefined && { limit }) } };
}
