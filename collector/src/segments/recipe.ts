import { EVENT_NAME_CHARS_MAX } from '@inkling/sdk/protocol';
import type { Condition, Definition, SegmentKind } from './definition.ts';
import {
  listOf,
  optional,
  type Reader,
  readObject,
  type Shape,
  text as textReader,
} from './fields.ts';
import {
  COUNT_MAX,
  EVENT_NAMES_MAX,
  GLOBS_MAX,
  LIST_VALUES_MAX,
  SCORE_MAX,
  SEQ_STEPS_MAX,
  WINDOW_MS_MAX,
} from './limits.ts';
import { parseDefinition } from './parse-definition.ts';
import { readId } from './parse-id.ts';
import { readGlob } from './parse-test.ts';
import { readDurationText } from './parse-window.ts';
import { type Parsed, parseWith, pointerTo } from './pointer.ts';
import { kindOf } from './quote.ts';

/** A ready-made segment with its adjustable parameters. */
export interface CatalogueEntry {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: SegmentKind;
  readonly parameters: readonly CatalogueParameter[];
  /** Makes the definition. Parameters that are absent take their defaults. Never throws. */
  readonly instantiate: (parameters: unknown) => Parsed<Definition>;
}

export interface CatalogueParameter {
  readonly name: string;
  readonly description: string;
  readonly default: string | number;
}

/** How one parameter is explained and read. */
export interface Parameter<T> {
  readonly description: string;
  readonly default: string | number;
  readonly read: Reader<T>;
}

type Parameters = Readonly<Record<string, Parameter<unknown>>>;
type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** What an entry is made of. */
export interface Recipe<P extends Parameters> {
  readonly id: string;
  readonly name: string;
  /** What it reads from behaviour; that thresholds are conventions is added to it. */
  readonly reads: string;
  readonly parameters: P;
  /** Where one recipe makes many segments, what tells them apart. */
  readonly variant?: (values: Values<P>) => { readonly id: string; readonly name: string };
  /** `implicit` unless given. */
  readonly kind?: SegmentKind;
  /** Values that are right by themselves and do not go together. */
  readonly wrong?: (
    values: Values<P>,
  ) => { readonly name: string; readonly detail: string } | undefined;
  readonly condition: (values: Values<P>) => Condition;
  /** When people leave and which of them are kept, where that is not the condition alone. */
  readonly frame?: (values: Values<P>) => Pick<Definition, 'leaveIf' | 'minStay' | 'top'>;
}

/** Two such numbers of days, one after the other, still fit into a window of 400 days. */
const DAYS_MAX = 180;

const CONVENTION = 'The thresholds are conventions to tune, not findings about your visitors.';

export function entryOf<P extends Parameters>(recipe: Recipe<P>): CatalogueEntry {
  const { id, name, parameters, kind = 'implicit' } = recipe;
  const description = `${recipe.reads} ${CONVENTION}`;
  const read = valuesReader(parameters);
  return {
    id,
    name,
    description,
    kind,
    parameters: Object.entries(parameters).map(([name, parameter]) => ({
      name,
      description: parameter.description,
      default: parameter.default,
    })),
    instantiate: (input) => {
      const values = parseWith(input, read);
      if (!values.ok) return values;
      const wrong = recipe.wrong?.(values.value);
      if (wrong !== undefined) {
        return {
          ok: false,
          errors: [{ pointer: pointerTo('', wrong.name), detail: wrong.detail }],
        };
      }
      return parseDefinition({
        ...(recipe.variant?.(values.value) ?? { id, name }),
        description,
        kind,
        if: recipe.condition(values.value),
        ...recipe.frame?.(values.value),
        tags: ['ready-made'],
      });
    },
  };
}

function valuesReader<P extends Parameters>(parameters: P): Reader<Values<P>> {
  const shape: Shape = { what: 'The set of parameters', keys: Object.keys(parameters) };
  return (input, place) => {
    const fields = readObject(input ?? {}, place, shape);
    if (fields === undefined) return undefined;
    const values: Record<string, unknown> = {};
    for (const [name, parameter] of Object.entries(parameters)) {
      values[name] =
        optional(fields, name, place, parameter.read) ??
        parameter.read(parameter.default, place.at(name));
    }
    return values as Values<P>;
  };
}

/** Globs in one text, with commas between them. */
export function globs(byDefault: string, what: string): Parameter<readonly string[]> {
  return {
    description: `${what}: globs (* any run, ? one character), commas between them.`,
    default: byDefault,
    read: separated(listOf(readGlob, { what: 'globs', max: GLOBS_MAX })),
  };
}

/** Names of events in one text, with commas between them. */
export function events(byDefault: string, what: string): Parameter<readonly string[]> {
  return {
    description: `Events that mean ${what}, commas between them.`,
    default: byDefault,
    read: separated(
      listOf(textReader(1, EVENT_NAME_CHARS_MAX), { what: 'event names', max: EVENT_NAMES_MAX }),
    ),
  };
}

export function count(byDefault: number, what: string): Parameter<number> {
  return whole(byDefault, `${what}, at least.`, { min: 1, max: COUNT_MAX });
}

/** A number of days, small enough for two of them to fit into a window. */
export function days(byDefault: number, what: string): Parameter<number> {
  return whole(byDefault, `${what}: 1 to ${DAYS_MAX}.`, { min: 1, max: DAYS_MAX });
}

/** A number of things that follow each other. */
export function steps(byDefault: number, what: string): Parameter<number> {
  const range = { min: 2, max: SEQ_STEPS_MAX };
  return whole(byDefault, `${what}, at least: ${range.min} to ${range.max}.`, range);
}

/** Points of a score. */
export function points(byDefault: number, what: string): Parameter<number> {
  return figure(byDefault, `${what}: 0 to ${SCORE_MAX}.`, { min: 0, max: SCORE_MAX });
}

export function percent(byDefault: number, what: string): Parameter<number> {
  return figure(byDefault, `${what}: 1 to 100.`, { min: 1, max: 100 });
}

export function factor(byDefault: number, what: string): Parameter<number> {
  return figure(byDefault, `${what}: 1 to 100.`, { min: 1, max: 100 });
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function whole(byDefault: number, description: string, { min, max }: Range): Parameter<number> {
  return {
    description,
    default: byDefault,
    read: (input, place) =>
      typeof input === 'number' && Number.isInteger(input) && input >= min && input <= max
        ? input
        : place.refuse(`expected a whole number from ${min} to ${max}, not ${kindOf(input)}`),
  };
}

function figure(byDefault: number, description: string, { min, max }: Range): Parameter<number> {
  return {
    description,
    default: byDefault,
    read: (input, place) =>
      typeof input === 'number' && input >= min && input <= max
        ? input + 0
        : place.refuse(`expected a number from ${min} to ${max}, not ${kindOf(input)}`),
  };
}

export function window(byDefault: string, what = 'How far back it looks'): Parameter<string> {
  return {
    description: `${what}: 1s to ${WINDOW_MS_MAX / 86_400_000}d, such as "14d".`,
    default: byDefault,
    read: readDurationText,
  };
}

/** The id of something that a segment refers to. */
export function id(byDefault: string, what: string): Parameter<string> {
  return { description: `${what}, by its id.`, default: byDefault, read: readId };
}

/** The name of a trait. */
export function trait(byDefault: string, what: string): Parameter<string> {
  return { description: `${what}; dots go deeper.`, default: byDefault, read: textReader(1) };
}

/** Texts in one text, with commas between them. */
export function words(byDefault: string, what: string): Parameter<readonly string[]> {
  return {
    description: `${what}, commas between them.`,
    default: byDefault,
    read: separated(listOf(textReader(1), { what: 'values', max: LIST_VALUES_MAX })),
  };
}

/** A word that becomes part of the segment's id. */
export function slug(byDefault: string, description: string): Parameter<string> {
  return {
    description,
    default: byDefault,
    read: (input, place) =>
      typeof input === 'string' && /^[a-z0-9][a-z0-9-]{0,39}$/.test(input)
        ? input
        : place.refuse('expected 1 to 40 of a-z, 0-9 and hyphen, the first a letter or digit'),
  };
}

/** A text with a letter or digit in it, for the id of the segment is made of those. */
export function text(byDefault: string, description: string): Parameter<string> {
  const read = textReader(1, 40);
  return {
    description,
    default: byDefault,
    read: (input, place) => {
      const value = read(input, place);
      return value === undefined || /[a-z0-9]/i.test(value)
        ? value
        : place.refuse('needs at least one of a-z and 0-9');
    },
  };
}

/** Text such as "a, b" as the list of its parts. */
function separated<T>(read: Reader<readonly T[]>): Reader<readonly T[]> {
  return (input, place) => {
    if (typeof input !== 'string') return place.refuse(`expected text, not ${kindOf(input)}`);
    const parts = input.split(',').map((part) => part.trim());
    return read(
      [...new Set(parts)].filter((part) => part !== ''),
      place,
    );
  };
}
