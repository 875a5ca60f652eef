import { ID_CHARS_MAX } from '@inkling/sdk/protocol';
import { type InBucket, type InSegment, type OnList, SEGMENT_STATES } from './definition.ts';
import {
  compact,
  oneOf,
  optional,
  type Reader,
  readNumber,
  readObject,
  required,
  type Shape,
  text,
} from './fields.ts';
import { SALT_CHARS_MAX } from './limits.ts';
import { readId } from './parse-id.ts';
import { readDurationText } from './parse-window.ts';
import type { Place } from './pointer.ts';

const SEGMENT: Shape = {
  what: 'A `segment`',
  keys: ['segment', 'state', 'within'],
  instead: new Map([
    ['is', 'state'],
    ['was', 'state'],
    ['window', 'within'],
  ]),
};

export const readSegment: Reader<InSegment> = (input, place) => {
  const fields = readObject(input, place, SEGMENT);
  if (fields === undefined) return undefined;
  const segment = optional(fields, 'segment', place, readId);
  const state = optional(fields, 'state', place, oneOf(...SEGMENT_STATES));
  const within = optional(fields, 'within', place, readDurationText);
  const isMoment = state === 'entered' || state === 'left';
  // A state that could not be read is reported by itself.
  const isOther = state !== undefined || fields.state === undefined;
  if (within !== undefined && isOther && !isMoment) {
    return place
      .at('within')
      .refuse('is for the states "entered" and "left", which are moments; the others have no age');
  }
  return segment === undefined ? undefined : compact({ segment, state, within });
};

const LIST: Shape = {
  what: 'A `list`',
  keys: ['list'],
  refused: new Map([
    ['within', 'a list has no age; join {"did":"List Joined"} with a window to it'],
  ]),
};

export const readOnList: Reader<OnList> = (input, place) => {
  const fields = readObject(input, place, LIST);
  const list = fields && optional(fields, 'list', place, text(1, ID_CHARS_MAX));
  return list === undefined ? undefined : { list };
};

const BUCKET: Shape = { what: 'A `bucket`', keys: ['bucket'] };
const DRAW: Shape = {
  what: 'The inside of a `bucket`',
  keys: ['salt', 'from', 'to'],
  instead: new Map([
    ['name', 'salt'],
    ['seed', 'salt'],
    ['experiment', 'salt'],
    ['percent', 'to'],
  ]),
};

export const readBucket: Reader<InBucket> = (input, place) => {
  const fields = readObject(input, place, BUCKET);
  const bucket = fields && optional(fields, 'bucket', place, readDraw);
  return bucket === undefined ? undefined : { bucket };
};

function readDraw(input: unknown, place: Place): InBucket['bucket'] | undefined {
  const fields = readObject(input, place, DRAW);
  if (fields === undefined) return undefined;
  const salt = required(fields, 'salt', place, {
    read: text(1, SALT_CHARS_MAX),
    need: 'write a word that names the draw; people are drawn anew for every other word',
  });
  const from = required(fields, 'from', place, {
    read: readPercent,
    need: 'write where the share begins, 0 to 100',
  });
  const to = required(fields, 'to', place, {
    read: readPercent,
    need: 'write where the share ends, 0 to 100',
  });
  if (salt === undefined || from === undefined || to === undefined) return undefined;
  return from < to
    ? { salt, from, to }
    : place.refuse(`${from} to ${to} holds nobody; \`from\` is the lower of the two`);
}

const readPercent: Reader<number> = (input, place) => {
  const percent = readNumber(input, place);
  if (percent === undefined) return undefined;
  return percent >= 0 && percent <= 100
    ? percent
    : place.refuse(`${percent} is no percentage; write a number from 0 to 100`);
};
