import type { Condition, Definition } from './definition.ts';
import {
  compact,
  listOf,
  oneOf,
  optional,
  type Reader,
  readObject,
  required,
  type Shape,
  text,
} from './fields.ts';
import { NAME_CHARS_MAX, TAG_CHARS_MAX, TAGS_MAX } from './limits.ts';
import { conditionReader } from './parse-condition.ts';
import { readId } from './parse-id.ts';
import { readRanking } from './parse-ranking.ts';
import { readDurationText } from './parse-window.ts';
import { type Parsed, parseWith } from './pointer.ts';

/**
 * Turns an untrusted value into a definition, or says all that is wrong with it. Never throws.
 * The value is built anew from what was read, so that it holds nothing that was not looked at; it
 * reads back unchanged from its own JSON.
 */
export function parseDefinition(input: unknown): Parsed<Definition> {
  return parseWith(input, readDefinition);
}

/** {@link parseDefinition} for a condition alone, as `POST /v1/query` takes it. */
export function parseConditionOnly(input: unknown): Parsed<Condition> {
  return parseWith(input, conditionReader());
}

const DEFINITION: Shape = {
  what: 'A definition',
  keys: ['id', 'name', 'description', 'kind', 'who', 'if', 'leaveIf', 'minStay', 'top', 'tags'],
  instead: new Map([
    ['title', 'name'],
    ['type', 'kind'],
    ['condition', 'if'],
    ['conditions', 'if'],
    ['when', 'if'],
    ['where', 'if'],
    ['labels', 'tags'],
    ['exit', 'leaveIf'],
    ['until', 'leaveIf'],
    ['limit', 'top'],
    ['rank', 'top'],
  ]),
};

const readDisplayName: Reader<string> = (input, place) => {
  const name = text(1, NAME_CHARS_MAX)(input, place);
  return name === undefined || name.trim() !== ''
    ? name
    : place.refuse('is blank; write a name that people can read');
};

const readTags = listOf(text(1, TAG_CHARS_MAX), { what: 'tags', min: 0, max: TAGS_MAX });

const readDefinition: Reader<Definition> = (input, place) => {
  const fields = readObject(input, place, DEFINITION);
  if (fields === undefined) return undefined;
  const id = required(fields, 'id', place, {
    read: readId,
    need: 'write one such as "pricing-viewers"',
  });
  const name = required(fields, 'name', place, {
    read: readDisplayName,
    need: 'write a name that people can read',
  });
  const kind = required(fields, 'kind', place, {
    read: oneOf('implicit', 'explicit'),
    need: 'write "implicit" for what is read from behaviour, "explicit" for facts that were given',
  });
  const readShare = conditionReader();
  const condition = required(fields, 'if', place, {
    read: readShare,
    need: 'write a condition such as {"did":"page"}',
  });
  const leaveIf = optional(fields, 'leaveIf', place, readShare);
  const minStay = optional(fields, 'minStay', place, readDurationText);
  const top = optional(fields, 'top', place, readRanking);
  const description = optional(fields, 'description', place, text());
  const who = optional(fields, 'who', place, oneOf('all', 'known', 'anonymous'));
  const tags = optional(fields, 'tags', place, readTags);
  if (id === undefined || name === undefined) return undefined;
  if (kind === undefined || condition === undefined) return undefined;
  return compact({
    ...{ id, name, description, kind, who },
    ...{ if: condition, leaveIf, minStay, top, tags },
  });
};
