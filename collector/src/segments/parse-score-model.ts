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
import { NAME_CHARS_MAX } from './limits.ts';
import { readEventName } from './parse-event.ts';
import { readId } from './parse-id.ts';
import { readTraitTest } from './parse-test.ts';
import { readPathText, readWhere } from './parse-where.ts';
import { readDurationText } from './parse-window.ts';
import { type Parsed, type Place, parseWith } from './pointer.ts';
import { kindOf } from './quote.ts';
import {
  BANDS_MAX,
  type FitRule,
  type ScoreBand,
  type ScoreCategory,
  type ScoreModel,
  type ScoreRule,
} from './score-model.ts';

/** Points of one rule, a cap and the greatest value: enough for percents and for tenths of them. */
export const POINTS_MAX = 1_000;
export const CATEGORIES_MAX = 20;
/** Of one category: an event asks every rule that its name and path lead to. */
export const RULES_MAX = 50;

/** Turns an untrusted value into a model, or says all that is wrong with it. Never throws. */
export function parseScoreModel(input: unknown): Parsed<ScoreModel> {
  return parseWith(input, readModel);
}

const readName = text(1, NAME_CHARS_MAX);

/** Makes a reader of a whole number in a range. */
function whole(min: number, max: number): Reader<number> {
  return (input, place) =>
    typeof input === 'number' && Number.isInteger(input) && input >= min && input <= max
      ? input + 0
      : place.refuse(`expected a whole number from ${min} to ${max}, not ${kindOf(input)}`);
}

const readCap = whole(1, POINTS_MAX);
const readPoints: Reader<number> = (input, place) => {
  const points = whole(-POINTS_MAX, POINTS_MAX)(input, place);
  return points === 0 ? place.refuse('is 0; leave the rule out instead') : points;
};
const readThreshold: Reader<number> = (input, place) =>
  typeof input === 'number' && input >= 0 && input <= POINTS_MAX
    ? input + 0
    : place.refuse(`expected a number from 0 to ${POINTS_MAX}, not ${kindOf(input)}`);

/** A half is taken again and again, so that it has to be of one length. */
const readHalfLife: Reader<string | null> = (input, place) => {
  if (input === null) return null;
  if (typeof input === 'string' && /^\d+(mo|y)$/.test(input)) {
    return place.refuse('goes by the calendar, which half-lives cannot; use days, such as "30d"');
  }
  return readDurationText(input, place);
};

const UNTIL: Shape = { what: 'An `until`', keys: ['did', 'where'] };
const readUntil: Reader<NonNullable<ScoreRule['until']>> = (input, place) => {
  const fields = readObject(input, place, UNTIL);
  if (fields === undefined) return undefined;
  const did = required(fields, 'did', place, { read: readEventName, need: 'name an event' });
  const where = optional(fields, 'where', place, readWhere);
  return did === undefined ? undefined : compact({ did, where });
};

const RULE: Shape = {
  what: 'A rule',
  keys: ['id', 'name', 'did', 'where', 'points', 'per', 'lasts', 'until'],
};
const readRule: Reader<ScoreRule> = (input, place) => {
  const fields = readObject(input, place, RULE);
  if (fields === undefined) return undefined;
  const id = required(fields, 'id', place, { read: readId, need: 'write one such as "pricing"' });
  const name = required(fields, 'name', place, { read: readName, need: 'write what it counts' });
  const did = required(fields, 'did', place, { read: readEventName, need: 'name an event' });
  const points = required(fields, 'points', place, { read: readPoints, need: 'write how many' });
  const where = optional(fields, 'where', place, readWhere);
  const per = optional(fields, 'per', place, oneOf('event', 'session'));
  const lasts = optional(fields, 'lasts', place, readDurationText);
  const until = optional(fields, 'until', place, readUntil);
  if (id === undefined || name === undefined || did === undefined || points === undefined) {
    return undefined;
  }
  const rule = compact({ id, name, did, where, points, per, lasts, until });
  const lasting = points < 0 || lasts !== undefined;
  if (lasting && per !== undefined) {
    return place.at('per').refuse('does not go with points that last: they count once anyway');
  }
  if (!lasting && until !== undefined) {
    return place.at('until').refuse('goes with points that last: give `lasts` or negative points');
  }
  return rule;
};

const CATEGORY: Shape = { what: 'A category', keys: ['id', 'name', 'halfLife', 'cap', 'rules'] };
const readRules = listOf(readRule, { what: 'rules', min: 0, max: RULES_MAX });
const readCategory: Reader<ScoreCategory> = (input, place) => {
  const fields = readObject(input, place, CATEGORY);
  if (fields === undefined) return undefined;
  const id = required(fields, 'id', place, { read: readId, need: 'write one such as "visits"' });
  const name = required(fields, 'name', place, { read: readName, need: 'write what it sums up' });
  const halfLife = required(fields, 'halfLife', place, {
    read: readHalfLife,
    need: 'write a duration such as "14d", or null for points that keep their worth',
  });
  const cap = required(fields, 'cap', place, { read: readCap, need: 'write the most it counts' });
  const rules = required(fields, 'rules', place, {
    read: readRules,
    need: 'write a list of rules',
  });
  if (id === undefined || name === undefined || halfLife === undefined) return undefined;
  return cap === undefined || rules === undefined ? undefined : { id, name, halfLife, cap, rules };
};

const FIT_RULE: Shape = { what: 'A rule of fit', keys: ['id', 'name', 'trait', 'is', 'points'] };
const readFitRule: Reader<FitRule> = (input, place) => {
  const fields = readObject(input, place, FIT_RULE);
  if (fields === undefined) return undefined;
  const id = required(fields, 'id', place, { read: readId, need: 'write one such as "europe"' });
  const name = required(fields, 'name', place, { read: readName, need: 'write what fits' });
  const trait = required(fields, 'trait', place, { read: readPathText, need: 'name a trait' });
  const is = required(fields, 'is', place, { read: readTraitTest, need: 'write a test of it' });
  const points = required(fields, 'points', place, { read: readPoints, need: 'write how many' });
  if (id === undefined || name === undefined || trait === undefined) return undefined;
  return is === undefined || points === undefined ? undefined : { id, name, trait, is, points };
};

const FIT: Shape = { what: 'A fit', keys: ['cap', 'rules'] };
const readFitRules = listOf(readFitRule, { what: 'rules', min: 0, max: RULES_MAX });
const readFit: Reader<ScoreModel['fit']> = (input, place) => {
  const fields = readObject(input, place, FIT);
  if (fields === undefined) return undefined;
  const cap = required(fields, 'cap', place, { read: readCap, need: 'write the most it counts' });
  const rules = required(fields, 'rules', place, {
    read: readFitRules,
    need: 'write a list of rules, which may be empty',
  });
  return cap === undefined || rules === undefined ? undefined : { cap, rules };
};

const BAND: Shape = { what: 'A band', keys: ['id', 'name', 'gt', 'gte'] };
const readBand: Reader<ScoreBand> = (input, place) => {
  const fields = readObject(input, place, BAND);
  if (fields === undefined) return undefined;
  const id = required(fields, 'id', place, { read: readId, need: 'write one such as "hot"' });
  const name = required(fields, 'name', place, { read: readName, need: 'write what it is called' });
  const gt = optional(fields, 'gt', place, readThreshold);
  const gte = optional(fields, 'gte', place, readThreshold);
  if (id === undefined || name === undefined) return undefined;
  if (id === 'none') return place.at('id').refuse('"none" is who never scored; call it otherwise');
  if ((fields.gt === undefined) === (fields.gte === undefined)) {
    return place.refuse('has to have one of `gt` and `gte`');
  }
  return compact({ id, name, gt, gte });
};

const readBandList = listOf(readBand, { what: 'bands', max: BANDS_MAX });
const readBands: Reader<readonly ScoreBand[]> = (input, place) => {
  const bands = readBandList(input, place);
  if (bands === undefined) return undefined;
  for (const [index, band] of bands.entries()) {
    const above = bands[index - 1];
    if (above !== undefined && !isBelow(band, above)) {
      return place.at(index).refuse('does not begin below the band before it');
    }
  }
  return bands.at(-1)?.gte === 0
    ? bands
    : place.at(bands.length - 1).refuse('has to be `"gte": 0`, so that every value has a band');
};

function isBelow(band: ScoreBand, above: ScoreBand): boolean {
  const bound = band.gt ?? band.gte ?? 0;
  const boundAbove = above.gt ?? above.gte ?? 0;
  if (bound !== boundAbove) return bound < boundAbove;
  return band.gte !== undefined && above.gt !== undefined;
}

const MODEL: Shape = {
  what: 'A score',
  keys: ['id', 'name', 'max', 'categories', 'fit', 'bands'],
};
const readCategoryList = listOf(readCategory, { what: 'categories', max: CATEGORIES_MAX });

const readModel: Reader<ScoreModel> = (input, place) => {
  const fields = readObject(input, place, MODEL);
  if (fields === undefined) return undefined;
  const id = required(fields, 'id', place, { read: readId, need: 'write one such as "lead"' });
  const name = required(fields, 'name', place, { read: readName, need: 'write what it is called' });
  const max = required(fields, 'max', place, { read: readCap, need: 'write the greatest value' });
  const categories = required(fields, 'categories', place, {
    read: readCategoryList,
    need: 'write a list of categories',
  });
  const fit = optional(fields, 'fit', place, readFit);
  const bands = required(fields, 'bands', place, {
    read: readBands,
    need: 'write a list of bands',
  });
  if (id === undefined || name === undefined || max === undefined) return undefined;
  if (categories === undefined || bands === undefined) return undefined;
  refuseTwice(categories, place.at('categories'));
  refuseTwice(bands, place.at('bands'));
  for (const [index, { rules }] of categories.entries()) {
    refuseTwice(rules, place.at('categories').at(index).at('rules'));
  }
  const none = { cap: POINTS_MAX, rules: [] };
  return { id, name, max, categories, fit: fit ?? none, bands };
};

/** Ids tell parts of one list apart. */
function refuseTwice(parts: readonly { readonly id: string }[], place: Place): void {
  for (const [index, { id }] of parts.entries()) {
    if (parts.findIndex((part) => part.id === id) < index) {
      place.at(index).at('id').refuse('is the id of an earlier one; ids are unique');
    }
  }
}
