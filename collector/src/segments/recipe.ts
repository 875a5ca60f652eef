import { EVENT_NAME_CHARS_MAX } from '@inkling/sdk/protocol';
import type { Condition, Definition, SegmentKind } from './definition.ts';
import { readDuration } from './duration.ts';
import {
  listOf,
  optional,
  type Reader,
  readObject,
  type Shape,
  text as textReader,
} from './fields.ts';
import { COUNT_MAX, EVENT_NAMES_MAX, GLOBS_MAX, WINDOW_MS_MAX } from './limits.ts';
import { parseDefinition } from './parse-definition.ts';
import { readGlob } from './parse-test.ts';
import { type Parsed, parseWith } from './pointer.ts';
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
  readonly condition: (values: Values<P>) => Condition;
}

const CONVENTION = 'The thresholds are conventions to tune, not findings about your visitors.';

export function entryOf<P extends Parameters>(recipe: Recipe<P>): CatalogueEntry {
  const { id, name, parameters } = recipe;
  const description = `${recipe.reads} ${CONVENTION}`;
  const read = valuesReader(parameters);
  return {
    id,
    name,
    description,
    kind: 'implicit',
    parameters: Object.entries(parameters).map(([name, parameter]) => ({
      name,
      description: parameter.description,
      default: parameter.default,
    })),
    instantiate: (input) => {
      const values = parseWith(input, read);
      if (!values.ok) return values;
      return parseDefinition({
        ...(recipe.variant?.(values.value) ?? { id, name }),
        description,
        kind: 'implicit',
        if: recipe.condition(values.value),
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
  return {
    description: `${what}, at least.`,
    default: byDefault,
    read: (input, place) =>
      typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= COUNT_MAX
        ? input
        : place.refuse(`expected a whole number from 1 to ${COUNT_MAX}, not ${kindOf(input)}`),
  };
}

export function window(byDefault: string, what = 'How far back it looks'): Parameter<string> {
  return {
    description: `${what}: 1s to ${WINDOW_MS_MAX / 86_400_000}d, such as "14d".`,
    default: byDefault,
    read: (input, place) => {
      if (typeof input !== 'string') {
        return place.refuse(`expected a duration such as "14d", not ${kindOf(input)}`);
      }
      const reading = readDuration(input);
      return reading.ok ? input : place.refuse(reading.detail);
    },
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
