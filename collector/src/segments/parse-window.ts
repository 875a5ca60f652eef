import { parseInstant } from '../instant.ts';
import { isTimeZone } from './calendar.ts';
import { CALENDAR_SPANS, type Duration, type Instant, type Window } from './definition.ts';
import { isLonger, readDuration } from './duration.ts';
import {
  compact,
  isObject,
  oneOf,
  optional,
  type Reader,
  readObject,
  required,
  type Shape,
} from './fields.ts';
import type { Place } from './pointer.ts';
import { kindOf, quoted } from './quote.ts';
import { nearest } from './suggest.ts';

/** Reads a length of time such as "14d". */
export const readDurationText: Reader<Duration> = (input, place) => {
  if (typeof input !== 'string') {
    return place.refuse(`expected a duration such as "14d", not ${kindOf(input)}`);
  }
  const reading = readDuration(input);
  return reading.ok ? input : place.refuse(reading.detail);
};

/** A time of day needs its offset: what a bare one means depends on where it is read. */
const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Reads an instant of ISO 8601: a date alone, or a date and time with `Z` or an offset. */
export const readInstant: Reader<Instant> = (input, place) => {
  if (typeof input !== 'string') {
    return place.refuse(`expected a date such as "2026-03-01", not ${kindOf(input)}`);
  }
  return INSTANT.test(input) && parseInstant(input) !== undefined
    ? input
    : place.refuse(
        `${quoted(input)} is not an instant from 1970 on; write a date such as "2026-03-01" or a time with its offset such as "2026-03-01T09:00:00+01:00"`,
      );
};

/** Reads the window in which events count: sliding, offset, fixed or of the calendar. */
export const readWindow: Reader<Window> = (input, place) => {
  if (!isObject(input)) {
    return typeof input === 'string'
      ? readDurationText(input, place)
      : place.refuse(
          `expected a duration such as "14d" or a window such as {"from":"90d","to":"30d"}, not ${kindOf(input)}`,
        );
  }
  const has = (...keys: readonly string[]) => keys.some((key) => input[key] !== undefined);
  const forms = [
    has('from', 'to') && readOffset,
    has('after', 'before') && readFixed,
    has('calendar', 'zone') && readSpan,
  ].filter((form) => form !== false);
  const [read] = forms;
  if (forms.length > 1) {
    return place.refuse(
      'mixes kinds of window; write `from` and `to`, or `after` and `before`, or `calendar`',
    );
  }
  if (read !== undefined) return read(input, place);
  readObject(input, place, ANY_WINDOW);
  return place.refuse('is no window; write `from` and `to`, `after` and `before`, or `calendar`');
};

const WINDOW_INSTEAD = new Map([
  ['start', 'after'],
  ['since', 'after'],
  ['end', 'before'],
  ['until', 'before'],
  ['timezone', 'zone'],
  ['tz', 'zone'],
]);
const ANY_WINDOW: Shape = {
  what: 'A window',
  keys: ['from', 'to', 'after', 'before', 'calendar', 'zone'],
  instead: WINDOW_INSTEAD,
};
const OFFSET: Shape = { what: 'An offset window', keys: ['from', 'to'] };
const FIXED: Shape = {
  what: 'A fixed window',
  keys: ['after', 'before'],
  instead: WINDOW_INSTEAD,
};
const SPAN: Shape = {
  what: 'A window of the calendar',
  keys: ['calendar', 'zone'],
  instead: WINDOW_INSTEAD,
};

function readOffset(input: unknown, place: Place): Window | undefined {
  const fields = readObject(input, place, OFFSET);
  if (fields === undefined) return undefined;
  const from = required(fields, 'from', place, {
    read: readDurationText,
    need: 'write how long ago the window begins, such as "90d"',
  });
  const to = required(fields, 'to', place, {
    read: readDurationText,
    need: 'write how long ago the window ends, such as "30d"; one that ends now is a duration alone',
  });
  if (from === undefined || to === undefined) return undefined;
  return isLonger(from, to)
    ? { from, to }
    : place.refuse(
        `"${from}" ago is not always before "${to}" ago; \`from\` is the longer of the two, such as {"from":"90d","to":"30d"}`,
      );
}

function readFixed(input: unknown, place: Place): Window | undefined {
  const fields = readObject(input, place, FIXED);
  if (fields === undefined) return undefined;
  const after = optional(fields, 'after', place, readInstant);
  const before = optional(fields, 'before', place, readInstant);
  if (after === undefined && before === undefined) return undefined;
  if (after !== undefined && before !== undefined) {
    const isTurned = (parseInstant(after) ?? 0) >= (parseInstant(before) ?? 0);
    if (isTurned) {
      return place.refuse(`${quoted(after)} is not before ${quoted(before)}; nothing lies between`);
    }
  }
  return compact({ after, before });
}

function readSpan(input: unknown, place: Place): Window | undefined {
  const fields = readObject(input, place, SPAN);
  if (fields === undefined) return undefined;
  const calendar = required(fields, 'calendar', place, {
    read: oneOf(...CALENDAR_SPANS),
    need: 'write a span such as "thisMonth"',
  });
  const zone = optional(fields, 'zone', place, readZone);
  return calendar === undefined ? undefined : compact({ calendar, zone });
}

const readZone: Reader<string> = (input, place) => {
  if (typeof input !== 'string') {
    return place.refuse(`expected a time zone such as "Europe/Berlin", not ${kindOf(input)}`);
  }
  if (isTimeZone(input)) return input;
  const meant = nearest(input, Intl.supportedValuesOf('timeZone'));
  return place.refuse(
    `${quoted(input)} is no IANA time zone; ${meant === undefined ? 'write one such as "Europe/Berlin"' : `did you mean "${meant}"?`}`,
  );
};
