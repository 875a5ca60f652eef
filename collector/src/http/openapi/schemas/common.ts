import type { JsonObject as JsonObjectValue, Json as JsonValue } from '@inkling/sdk/protocol';
import { z } from 'zod';
import type {
  PastMode,
  PersonAnswer,
  ProblemAnswer,
  SampledAnswer,
} from '../../../query/answers.ts';
import { named, shapeOf } from '../registry.ts';

/** Any JSON. */
export const Json: z.ZodType<JsonValue> = named(
  'Json',
  z.lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), JsonObject])),
  'Any JSON value.',
);

export const JsonObject: z.ZodType<JsonObjectValue> = named(
  'JsonObject',
  z.lazy(() => z.record(z.string(), Json)),
  'Any JSON object.',
);

/** ISO 8601 in UTC with milliseconds, as every answer tells time. */
export const Instant = named(
  'Instant',
  z.string().regex(/^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  'ISO 8601 in UTC with milliseconds.',
  ['2026-01-31T12:00:00.000Z'],
);

/** A calendar day in the site's time zone. */
export const Day = named(
  'Day',
  z.string().regex(/^\d{4}-\d\d-\d\d$/),
  'A calendar day in the site’s time zone.',
  ['2026-01-31'],
);

/** A calendar day in UTC. */
export const UtcDay = z.string().regex(/^\d{4}-\d\d-\d\d$/);

export const Count = z.int().min(0);

const maybe = z.exactOptional;

export const Mode = z.enum(['known', 'true']) satisfies z.ZodType<PastMode>;

export const Problem = shapeOf<ProblemAnswer>()(
  'Problem',
  z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('For people: what was wrong, where, and what to do.'),
    instance: z.string(),
    code: z.string().describe('For programs. Codes do not change.'),
    retryable: z.boolean().describe('The same request may succeed later unchanged.'),
    limit: maybe(z.number()).describe('The limit that was passed.'),
    errors: maybe(z.array(z.strictObject({ pointer: z.string(), detail: z.string() }))).describe(
      'Where in the body, by JSON pointers.',
    ),
  }),
  'RFC 9457.',
);

export const Sampled = shapeOf<SampledAnswer>()(
  'Sampled',
  z.strictObject({
    of: Count.describe('How many people were looked at.'),
    fraction: z
      .number()
      .describe('The share of the site that these stand for: divide counts by it.'),
  }),
  'Not everybody was looked at; counts are of those who were.',
);

/** Companies that did more than one answer reads count for nothing in it. */
export const leftOut = {
  companiesLeftOut: maybe(Count).describe(
    'How many companies did more than one answer reads: what is asked of them counts as not so.',
  ),
};

/** The members of every answer that tells of a person. */
export const personShape = {
  id: z.string(),
  userId: maybe(z.string()),
  anonymousIds: z.array(z.string()),
  traits: JsonObject,
};

export const Person = shapeOf<PersonAnswer>()('Person', z.strictObject(personShape));

/** A page of a list. */
export function pageOf<S extends z.ZodType>(id: string, element: S) {
  return named(id, z.strictObject(pageShape(element)));
}

export function pageShape<S extends z.ZodType>(element: S) {
  return {
    data: z.array(element),
    next: z
      .union([z.string(), z.null()])
      .describe('The cursor of the following page; null at the end.'),
  };
}
