import { EVENT_NAME_CHARS_MAX } from '@inkling/sdk/protocol';
import type { EventName } from './definition.ts';
import { distinctTexts, type Reader, text } from './fields.ts';
import { EVENT_NAMES_MAX } from './limits.ts';
import { kindOf } from './quote.ts';

const readName = text(1, EVENT_NAME_CHARS_MAX);
const readNames = distinctTexts(readName, { what: 'event names', max: EVENT_NAMES_MAX });

/** Reads the name of an event, or a list of names any of which will do. */
export const readEventName: Reader<EventName> = (input, place) => {
  if (typeof input === 'string') return readName(input, place);
  if (Array.isArray(input)) return readNames(input, place);
  return place.refuse(`expected an event name or a list of them, not ${kindOf(input)}`);
};
