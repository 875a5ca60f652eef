import type { JsonObject } from '@inkling/sdk/protocol';

/** The six call types of the Segment spec. */
export type EventType = 'page' | 'screen' | 'track' | 'identify' | 'group' | 'alias';

/** Something true of an event that a reader should know. */
export type EventFlag =
  | 'clock_skew'
  | 'truncated'
  | 'no_message_id'
  /** An id was left out since it named nobody. */
  | 'placeholder_id'
  /** An id stayed apart from the person it names: they are known by too many. */
  | 'merge_limit';

/**
 * An event as the core knows it: parsed, its clock corrected, cleaned. Every string is free of NUL
 * and lone surrogates, every number is finite, every object has a null prototype or came from JSON.
 */
export interface Event {
  readonly messageId: string;
  readonly type: EventType;
  /** The name of a `track` event; the optional name of a `page` or `screen`. */
  readonly name?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly groupId?: string;
  /** Of an `alias`: the id that `userId` is to replace. */
  readonly previousId?: string;
  /** When it happened: corrected, never later than {@link receivedAtMs}. Milliseconds since 1970. */
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly sessionId?: string;
  readonly properties: JsonObject;
  readonly context: JsonObject;
  /** Of `identify` and `group`. */
  readonly traits: JsonObject;
  readonly flags: readonly EventFlag[];
}

/**
 * The name by which a segment's `did` finds an event: a track event's own name, else the type.
 * `identify` and `alias` are not behaviour and have none. A track event that borrows the name of a
 * type stays apart from it.
 */
export function eventKey(event: Pick<Event, 'type' | 'name'>): string | undefined {
  switch (event.type) {
    case 'page':
    case 'screen':
    case 'group':
      return event.type;
    case 'track': {
      const name = event.name ?? '';
      return name === 'page' || name === 'screen' || name === 'group' ? `track:${name}` : name;
    }
    default:
      return undefined;
  }
}
