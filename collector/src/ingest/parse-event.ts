import {
  EVENT_BYTES_MAX,
  EVENT_NAME_CHARS_MAX,
  ID_CHARS_MAX,
  type JsonObject,
  MESSAGE_ID_CHARS_MAX,
  type WireEvent,
} from '@inkling/sdk/protocol';
import type { EventType } from '../event.ts';
import type { Rejection, RejectionCode } from './outcome.ts';
import { jsonBytes } from './parse-bytes.ts';
import { empty, isJsonObject, mergeObjects, NOTHING, parseObject } from './parse-object.ts';
import { placeholderReason } from './parse-placeholder.ts';
import {
  type Faults,
  fault,
  isObject,
  parseId,
  parseName,
  parseTime,
  type Untrusted,
} from './parse-text.ts';

/**
 * A wire event whose every field has the type and the size that it should: nothing of the sender's
 * that is not named here goes any further. Its time is still that of the client's clock.
 */
export interface ParsedEvent {
  readonly type: EventType;
  readonly messageId: string | undefined;
  /** At least one of `userId` and `anonymousId` is there. */
  readonly userId: string | undefined;
  readonly anonymousId: string | undefined;
  /** An id was left out since it named nobody; another one is there. */
  readonly placeholder?: true;
  /** Of `group`, where it is there. */
  readonly groupId: string | undefined;
  /** Of `alias`, where it is there, as `userId` is. */
  readonly previousId: string | undefined;
  /** Of `track`, where it is there; of `page` and `screen`, where it may be. */
  readonly name: string | undefined;
  readonly sessionId: string | undefined;
  /** Milliseconds since 1970. */
  readonly timestampMs: number | undefined;
  /** Some clients stamp each event instead of the batch. Milliseconds since 1970. */
  readonly sentAtMs: number | undefined;
  readonly properties: JsonObject;
  /** Without the identity token. */
  readonly context: JsonObject;
  /** What proves the user id where the site asks for it; of its own sender, and read by nobody else. */
  readonly identityToken: string | undefined;
  /** Of `identify` and `group`. */
  readonly traits: JsonObject;
}

export type ParsedElement =
  | { readonly ok: true; readonly index: number; readonly event: ParsedEvent }
  | { readonly ok: false; readonly rejection: Rejection };

/** What the elements of one body share. */
export interface Surroundings {
  /** Laid beneath the context of every event. */
  readonly context: JsonObject;
  /** What that context adds to the size of every event. */
  readonly contextBytes: number;
  /** False where the whole body is smaller than one event may be. */
  readonly mayExceed: boolean;
  /** The type of the only event where the path names it; otherwise each event names its own. */
  readonly type?: EventType;
}

/** The fields of any wire event: renaming one in the contract stops this file from compiling. */
type WireKey = WireEvent extends infer E ? (E extends unknown ? keyof E : never) : never;

const TYPES = {
  page: 'page',
  screen: 'screen',
  track: 'track',
  identify: 'identify',
  group: 'group',
  alias: 'alias',
} as const satisfies { readonly [T in WireEvent['type']]: EventType & T };

/**
 * Reads one element of a batch, or says what is wrong with it. Never throws, however deep or large
 * the element is.
 *
 * @param at - Its JSON pointer in the body: `/batch/3`, or `''` where it is the body.
 */
export function parseEvent(
  element: unknown,
  index: number,
  at: string,
  around: Surroundings,
): ParsedElement {
  const faults: Faults = { at };
  if (!isObject(element)) {
    fault(faults, '', 'must be an object');
    return refused(index, 'invalid', faults, undefined);
  }
  const messageId = id(element, 'messageId', MESSAGE_ID_CHARS_MAX, faults);
  const bytesMax = EVENT_BYTES_MAX - around.contextBytes;
  if (around.mayExceed && jsonBytes(element, bytesMax) > bytesMax) {
    const large: Faults = { at };
    fault(large, '', `is larger than ${EVENT_BYTES_MAX} bytes, the limit of one event`);
    return refused(index, 'too_large', large, messageId);
  }
  const type = around.type ?? typeOf(element, faults);
  const event =
    type === undefined ? undefined : readEvent(element, type, messageId, around, faults);
  return event === undefined || faults.first !== undefined
    ? refused(index, 'invalid', faults, messageId)
    : { ok: true, index, event };
}

function readEvent(
  wire: Untrusted,
  type: EventType,
  messageId: string | undefined,
  around: Surroundings,
  faults: Faults,
): ParsedEvent {
  const context = mergeObjects(around.context, object(wire, 'context', faults));
  const traits = object(wire, 'traits', faults);
  const sessionId = parseId(context.sessionId, '/context/sessionId', ID_CHARS_MAX, faults);
  const placeholders: Placeholder[] = [];
  const event: ParsedEvent = {
    type,
    messageId,
    userId: personId(wire, 'userId', placeholders, faults),
    anonymousId: personId(wire, 'anonymousId', placeholders, faults),
    groupId: type === 'group' ? id(wire, 'groupId', ID_CHARS_MAX, faults) : undefined,
    previousId: type === 'alias' ? personId(wire, 'previousId', placeholders, faults) : undefined,
    ...(placeholders.length > 0 && { placeholder: true }),
    name: nameOf(wire, type, faults),
    sessionId,
    timestampMs:
      parseTime(wire.originalTimestamp, '/originalTimestamp', faults) ??
      parseTime(wire.timestamp, '/timestamp', faults),
    // Unreadable is as good as none: it only ever helps to correct the time.
    sentAtMs: parseTime(wire.sentAt, '/sentAt', { at: '' }),
    properties: object(wire, 'properties', faults),
    context: without(type === 'identify' ? without(context, 'traits') : context, TOKEN_KEY),
    identityToken: tokenOf(context, faults),
    traits: traitsOf(type, traits, context, faults),
  };
  checkPlaceholders(event, placeholders, faults);
  checkMeaning(event, faults);
  return event;
}

interface Placeholder {
  readonly key: 'userId' | 'anonymousId' | 'previousId';
  readonly why: string;
}

/** An id that names somebody; one that names nobody is noted and as good as absent. */
function personId(
  wire: Untrusted,
  key: Placeholder['key'],
  placeholders: Placeholder[],
  faults: Faults,
): string | undefined {
  const text = id(wire, key, ID_CHARS_MAX, faults);
  const why = text === undefined ? undefined : placeholderReason(text);
  if (why === undefined) return text;
  placeholders.push({ key, why });
  return undefined;
}

/** An event goes on with the ids that are left; one that needs what is left out says why it fails. */
function checkPlaceholders(
  { type, userId, anonymousId }: ParsedEvent,
  placeholders: readonly Placeholder[],
  faults: Faults,
): void {
  const namesNobody = userId === undefined && anonymousId === undefined;
  const needed = placeholders.find(
    ({ key }) => namesNobody || (type === 'alias' && key !== 'anonymousId'),
  );
  if (needed === undefined || faults.first !== undefined) return;
  fault(faults, `/${needed.key}`, `is a placeholder and names nobody: ${needed.why}`);
  faults.code = 'placeholder_id';
}

/** What a type of event needs to mean anything. */
function checkMeaning(event: ParsedEvent, faults: Faults): void {
  const { type, userId, anonymousId } = event;
  if (type === 'track' && event.name === undefined) fault(faults, '/event', 'must name the event');
  if (type === 'group' && event.groupId === undefined) {
    fault(faults, '/groupId', 'must name the group');
  }
  if (type === 'alias' && event.previousId === undefined) {
    fault(faults, '/previousId', 'must name the id to replace');
  }
  if (type === 'alias' && userId === undefined) fault(faults, '/userId', 'must name the new id');
  if (userId === undefined && anonymousId === undefined) {
    fault(faults, '', 'names nobody: it needs a userId or an anonymousId');
  }
}

function typeOf(wire: Untrusted, faults: Faults): EventType | undefined {
  const type = wire.type;
  return typeof type === 'string' && Object.hasOwn(TYPES, type)
    ? TYPES[type as keyof typeof TYPES]
    : fault(faults, '/type', `must be one of ${Object.keys(TYPES).join(', ')}`);
}

function nameOf(wire: Untrusted, type: EventType, faults: Faults): string | undefined {
  switch (type) {
    case 'track':
      return name(wire, 'event', faults);
    case 'page':
    case 'screen':
      return name(wire, 'name', faults);
    default:
      return undefined;
  }
}

function name(wire: Untrusted, key: WireKey, faults: Faults): string | undefined {
  return parseName(wire[key], `/${key}`, EVENT_NAME_CHARS_MAX, faults);
}

function id(wire: Untrusted, key: WireKey, charsMax: number, faults: Faults): string | undefined {
  return parseId(wire[key], `/${key}`, charsMax, faults);
}

function object(wire: Untrusted, key: WireKey, faults: Faults): JsonObject {
  return parseObject(wire[key], `/${key}`, faults);
}

/**
 * RudderStack's web client sends the traits of an `identify` in the context and nowhere else. Beside
 * a `group` they are the user's, not the group's, and elsewhere a stale copy.
 */
function traitsOf(
  type: EventType,
  traits: JsonObject,
  context: JsonObject,
  faults: Faults,
): JsonObject {
  if (type === 'group') return traits;
  return type === 'identify' ? mergeObjects(contextTraits(context, faults), traits) : NOTHING;
}

function contextTraits(context: JsonObject, faults: Faults): JsonObject {
  const traits = context.traits;
  if (traits === undefined || traits === null) return NOTHING;
  if (isJsonObject(traits)) return traits;
  fault(faults, '/context/traits', 'must be an object');
  return NOTHING;
}

/** Where clients put the identity token in the context. */
const TOKEN_KEY = 'identityToken';

function tokenOf(context: JsonObject, faults: Faults): string | undefined {
  const token = context[TOKEN_KEY];
  if (token === undefined || token === null || token === '') return undefined;
  if (typeof token === 'string') return token;
  return fault(faults, `/context/${TOKEN_KEY}`, 'must be a string');
}

function without(source: JsonObject, key: string): JsonObject {
  if (source[key] === undefined) return source;
  const { [key]: _, ...rest } = source;
  return Object.assign(empty(), rest);
}

function refused(
  index: number,
  code: RejectionCode,
  faults: Faults,
  messageId: string | undefined,
): ParsedElement {
  const detail = faults.first ?? 'is not an event';
  return {
    ok: false,
    rejection: {
      index,
      code: faults.code ?? code,
      detail,
      pointer: faults.pointer ?? '',
      ...(messageId !== undefined && { messageId }),
    },
  };
}
