import type { Idle } from './definition.ts';
import { compact, oneOf, optional, type Reader, readObject, type Shape } from './fields.ts';
import { readEventName } from './parse-event.ts';
import { readWhere } from './parse-where.ts';
import { readDurationText } from './parse-window.ts';

const IDLE: Shape = {
  what: 'An `idle`',
  keys: ['idle', 'of', 'where', 'never'],
  refused: new Map([['within', 'how long is written at `idle` itself, such as {"idle":"30d"}']]),
  instead: new Map([
    ['did', 'of'],
    ['event', 'of'],
    ['filter', 'where'],
  ]),
};

export const readIdle: Reader<Idle> = (input, place) => {
  const fields = readObject(input, place, IDLE);
  if (fields === undefined) return undefined;
  const idle = optional(fields, 'idle', place, readDurationText);
  const of = optional(fields, 'of', place, readEventName);
  const where = optional(fields, 'where', place, readWhere);
  const never = optional(fields, 'never', place, oneOf('sinceFirstSeen', 'include', 'exclude'));
  if (where !== undefined && fields.of === undefined) {
    return place.at('where').refuse('tests the events that `of` names; name them');
  }
  return idle === undefined ? undefined : compact({ idle, of, where, never });
};
