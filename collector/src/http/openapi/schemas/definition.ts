/** The definition language as schemas. What each form means is written in `collector/docs/segments.md`. */
import { z } from 'zod';
import * as language from '../../../segments/definition.ts';
import { CONDITIONS_MAX, EVENT_NAMES_MAX, SEQ_STEPS_MAX } from '../../../segments/limits.ts';
import { named, shapeOf } from '../registry.ts';

const maybe = z.exactOptional;

export const Duration = named(
  'Duration',
  z.string().regex(/^(?:0|[1-9]\d*)(?:s|m|h|d|w|mo|y)$/),
  'Integer and unit: s, m, h, d, w, and mo, y by the calendar. From 1 s to 400 d.',
);
const PastInstant = named(
  'InstantOfDefinition',
  z.string(),
  'ISO 8601: a date alone, or with time and offset.',
);
const Scalar = shapeOf<language.Scalar>()(
  'Scalar',
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);
const Range = z.tuple([z.number(), z.number()]);

const Compare = shapeOf<language.Compare>()(
  'Compare',
  z.union([
    z.number().describe('At least so much.'),
    z.strictObject({
      eq: maybe(z.number()),
      ne: maybe(z.number()),
      gt: maybe(z.number()),
      gte: maybe(z.number()),
      lt: maybe(z.number()),
      lte: maybe(z.number()),
      between: maybe(Range).describe('Both ends included.'),
    }),
  ]),
);

export const Test = shapeOf<language.Test>()(
  'Test',
  z.union([
    Scalar,
    z.strictObject({
      eq: maybe(Scalar),
      ne: maybe(Scalar),
      in: maybe(z.array(Scalar)),
      nin: maybe(z.array(Scalar)),
      contains: maybe(z.string()),
      startsWith: maybe(z.string()),
      endsWith: maybe(z.string()),
      glob: maybe(z.union([z.string(), z.array(z.string())])),
      ignoreCase: maybe(z.boolean()),
      gt: maybe(z.number()),
      gte: maybe(z.number()),
      lt: maybe(z.number()),
      lte: maybe(z.number()),
      between: maybe(Range),
      has: maybe(Scalar),
      hasAny: maybe(z.array(Scalar)),
      hasAll: maybe(z.array(Scalar)),
      size: maybe(Compare),
      exists: maybe(z.boolean()),
      before: maybe(PastInstant),
      after: maybe(PastInstant),
      last: maybe(Duration),
      next: maybe(Duration),
      olderThan: maybe(Duration),
    }),
  ]),
  'What a value must be like. Several operators in one test must all hold.',
);

export const Where = shapeOf<language.Where>()(
  'Where',
  z.record(z.string(), Test),
  'Path to test. A bare path reads properties, `context.…` the context. Dots go deeper.',
);

const EventName = shapeOf<language.EventName>()(
  'EventName',
  z.union([z.string(), z.array(z.string()).max(EVENT_NAMES_MAX)]),
  '`page`, `screen`, `group`, or the name of a track event; a list means any of them.',
);

const Window = shapeOf<language.Window>()(
  'Window',
  z.union([
    Duration,
    z.strictObject({ from: Duration, to: Duration }),
    z.strictObject({ after: maybe(PastInstant), before: maybe(PastInstant) }),
    z.strictObject({ calendar: z.enum(language.CALENDAR_SPANS), zone: maybe(z.string()) }),
  ]),
  'When an event has to lie to count.',
);

const did = { did: EventName, where: maybe(Where) };

const DidTimes = shapeOf<language.DidTimes>()(
  'DidTimes',
  z.strictObject({
    ...did,
    within: maybe(Window),
    distinct: maybe(z.string()),
    times: maybe(Compare),
  }),
  'How often something was done, or with how many different values.',
);

const figure = { ...did, within: maybe(Window), is: Compare };

const DidAggregate = shapeOf<language.DidAggregate>()(
  'DidAggregate',
  z.union([
    z.strictObject({ ...figure, sum: z.string() }),
    z.strictObject({ ...figure, avg: z.string() }),
    z.strictObject({ ...figure, min: z.string() }),
    z.strictObject({ ...figure, max: z.string() }),
  ]),
  'A figure over the values at one path.',
);

const DidTouch = shapeOf<language.DidTouch>()(
  'DidTouch',
  z.union([
    z.strictObject({ ...did, is: Where, first: z.literal(true) }),
    z.strictObject({ ...did, is: Where, latest: z.literal(true) }),
  ]),
  'The first or the latest such event ever, and what it must be like.',
);

const SeqStep = shapeOf<language.SeqStep>()(
  'SeqStep',
  z.union([
    z.strictObject({ ...did, within: maybe(Duration) }),
    z.strictObject({ no: EventName, where: maybe(Where), for: maybe(Duration) }),
  ]),
);

const Seq = shapeOf<language.Seq>()(
  'Seq',
  z.strictObject({
    seq: z.array(SeqStep).max(SEQ_STEPS_MAX),
    within: maybe(Window),
    same: maybe(z.array(z.string())),
  }),
  'One thing after the other.',
);

const Idle = shapeOf<language.Idle>()(
  'Idle',
  z.strictObject({
    idle: Duration,
    of: maybe(EventName),
    where: maybe(Where),
    never: maybe(z.enum(['sinceFirstSeen', 'include', 'exclude'])),
  }),
  'Nothing for so long.',
);

const TraitIs = shapeOf<language.TraitIs>()(
  'TraitIs',
  z.strictObject({ trait: z.string(), is: Test }),
);

const Account = shapeOf<language.Account>()(
  'Account',
  z.union([
    z.strictObject({ account: z.string(), is: Test }),
    z.strictObject({ account: DidTimes }),
  ]),
  'A trait of the person’s company, or what all of its people did together.',
);

const score = { score: z.string() };

const Score = shapeOf<language.Score>()(
  'Score',
  z.union([
    z.strictObject({ ...score, is: Compare }),
    z.strictObject({ ...score, rose: Compare, within: Duration }),
    z.strictObject({ ...score, fell: Compare, within: Duration }),
    z.strictObject({ ...score, peak: Compare, within: Duration }),
    z.strictObject({ ...score, none: z.literal(true) }),
  ]),
);

const InSegment = shapeOf<language.InSegment>()(
  'InSegment',
  z.strictObject({
    segment: z.string(),
    state: maybe(z.enum(language.SEGMENT_STATES)),
    within: maybe(Duration),
  }),
  'Membership of another segment: now, or as an event of the past.',
);

const OnList = shapeOf<language.OnList>()('OnList', z.strictObject({ list: z.string() }));

const InBucket = shapeOf<language.InBucket>()(
  'InBucket',
  z.strictObject({
    bucket: z.strictObject({ salt: z.string(), from: z.number(), to: z.number() }),
  }),
  'A fixed share of people, the same for the same salt.',
);

const Leaf = shapeOf<language.Leaf>()(
  'Leaf',
  z.union([
    z.union([DidTimes, DidAggregate, DidTouch]),
    z.union([Seq, Idle, TraitIs, Account, Score]),
    z.union([InSegment, OnList, InBucket]),
  ]),
  'A condition that holds no others.',
);

export const Condition: z.ZodType<language.Condition> = named(
  'Condition',
  z.lazy(() =>
    z.union([
      z.strictObject({ all: z.array(Condition).max(CONDITIONS_MAX) }),
      z.strictObject({ any: z.array(Condition).max(CONDITIONS_MAX) }),
      z.strictObject({ not: Condition }),
      Leaf,
    ]),
  ),
  'A condition of the definition language: `all`, `any` and `not` of others, or a leaf.',
);

export const Ranking = shapeOf<language.Ranking>()(
  'Ranking',
  z.strictObject({
    by: z.strictObject({
      score: z.string(),
      what: z.enum(['value', 'rise', 'peak']),
      within: maybe(Duration),
    }),
    n: maybe(z.number()),
    percent: maybe(z.number()),
  }),
);

export const SegmentId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9:-]{0,63}$/)
  .describe('Lower-case letters, digits, hyphens and colons; the first a letter or digit.');
export const Kind = z.enum(['implicit', 'explicit']);
export const WhoIsMeant = z.enum(['all', 'known', 'anonymous']);

const conditions = {
  if: Condition,
  leaveIf: maybe(Condition).describe('Ends membership instead of `if` being false.'),
  minStay: maybe(Duration).describe('Nobody leaves sooner after entering.'),
};
const looks = {
  description: maybe(z.string()),
  who: maybe(WhoIsMeant),
  top: maybe(Ranking),
  tags: maybe(z.array(z.string())),
};

export const Definition = shapeOf<language.Definition>()(
  'Definition',
  z.strictObject({ id: SegmentId, name: z.string(), kind: Kind, ...conditions, ...looks }),
  'A segment as it is written.',
);

/** A definition whose id stands in the address; one in the body is passed over. */
export const Replacement = named(
  'DefinitionOfAddress',
  z.strictObject({ id: maybe(z.string()), name: z.string(), kind: Kind, ...conditions, ...looks }),
  'A definition whose id stands in the address.',
);

/** A definition that is being written: what it is called can wait. */
export const Draft = named(
  'Draft',
  z.strictObject({
    ...{ id: maybe(z.string()), name: maybe(z.string()), kind: maybe(Kind) },
    ...conditions,
    ...looks,
  }),
  'A definition that is being written: only `if` is needed.',
);
