import { z } from 'zod';
import type * as answers from '../../../query/answers.ts';
import { named, shapeOf } from '../registry.ts';
import {
  Count,
  Day,
  Instant,
  leftOut,
  Mode,
  pageOf,
  pageShape,
  personShape,
  Sampled,
} from './common.ts';
import { Condition, Duration, Kind, Ranking, WhoIsMeant } from './definition.ts';

const maybe = z.exactOptional;

const shown = {
  name: z.string(),
  description: maybe(z.string()),
  kind: Kind,
  who: WhoIsMeant,
  if: Condition,
  leaveIf: maybe(Condition),
  minStay: maybe(Duration),
  top: maybe(Ranking),
  tags: z.array(z.string()),
  version: Count,
  words: z.string().describe('The definition in plain words.'),
};

export const Segment = shapeOf<answers.SegmentAnswer>()(
  'Segment',
  z.strictObject({
    id: z.string(),
    ...shown,
    status: z.enum(['building', 'live']).describe('`building` until everybody was looked at once.'),
    progress: z.number().min(0).max(1).describe('Share of people looked at.'),
    size: Count.describe('Members now.'),
    createdAt: Instant,
    updatedAt: Instant,
  }),
);
export const SegmentPage = pageOf('SegmentPage', Segment);

const Version = shapeOf<answers.VersionAnswer>()(
  'SegmentVersion',
  z.strictObject({ ...shown, savedAt: Instant, removedAt: maybe(Instant) }),
);
export const VersionPage = pageOf('SegmentVersionPage', Version);

export const CountOf = shapeOf<answers.CountAnswer>()(
  'Count',
  z.strictObject({
    count: Count,
    at: Instant,
    mode: maybe(Mode),
    sampled: maybe(Sampled),
    ...leftOut,
  }),
);

const memberShape = {
  ...personShape,
  enteredAt: Instant,
  leavesAt: maybe(Instant).describe('When membership lapses if nothing more happens.'),
};
const Member = shapeOf<answers.MemberAnswer>()('Member', z.strictObject(memberShape));
export const MemberPage = pageOf('MemberPage', Member);

/** Found by looking at people one by one: a page may hold none and not be the last. */
export const ScannedMemberPage = named(
  'ScannedMemberPage',
  z.strictObject({ ...pageShape(Member), scanned: Count, ...leftOut }),
);

/** With `mode=true` the list is found by looking at people one by one. */
export const EitherMemberPage = named('EitherMemberPage', z.union([MemberPage, ScannedMemberPage]));

const Change = shapeOf<answers.ChangeAnswer>()(
  'Change',
  z.strictObject({
    id: z.string(),
    profile: z.strictObject({
      ...{ id: z.string(), userId: maybe(z.string()), anonymousIds: z.array(z.string()) },
    }),
    direction: z.enum(['entered', 'left']),
    effectiveAt: Instant,
    recordedAt: Instant,
    cause: z.string(),
    version: Count,
    event: maybe(z.string()),
  }),
);
export const ChangePage = pageOf('ChangePage', Change);

const DayOf = shapeOf<answers.DayAnswer>()(
  'DayOfSegment',
  z.strictObject({ day: Day, size: Count, entered: Count, left: Count }),
);

export const History = shapeOf<answers.HistoryAnswer>()(
  'History',
  z.strictObject({ ...pageShape(DayOf), timeZone: z.string() }),
);

const NearPerson = shapeOf<answers.NearPerson>()(
  'NearPerson',
  z.strictObject({
    ...personShape,
    lastSeen: Instant,
    missing: z.array(z.string()).describe('Any one of these is enough.'),
  }),
);

export const Near = shapeOf<answers.NearAnswer>()(
  'Near',
  z.strictObject({
    ...pageShape(NearPerson),
    scanned: Count,
    ...leftOut,
    totals: z.array(z.strictObject({ missing: z.string(), people: Count })),
  }),
);

export const Overlap = shapeOf<answers.OverlapAnswer>()(
  'Overlap',
  z.strictObject({ onlyA: Count, onlyB: Count, both: Count }),
);

export const Forecast = shapeOf<answers.ForecastAnswer>()(
  'Forecast',
  z.strictObject({
    at: Instant,
    size: Count,
    status: z.enum(['building', 'live']),
    data: z.array(z.strictObject({ at: Instant, size: Count })),
    sampled: maybe(Sampled),
  }),
);

const SampleMember = shapeOf<answers.SampleMember>()(
  'SampleMember',
  z.strictObject({ ...memberShape, why: z.array(z.string()) }),
);
const Warning = shapeOf<answers.WarningAnswer>()(
  'Warning',
  z.strictObject({ pointer: z.string(), detail: z.string() }),
);
const tried = { words: z.string(), warnings: z.array(Warning) };

export const Preview = shapeOf<answers.PreviewAnswer>()(
  'Preview',
  z.strictObject({
    ...tried,
    size: Count,
    people: Count.describe('How many people were looked at.'),
    sample: z.array(SampleMember),
    days: z.array(DayOf),
    timeZone: z.string(),
    sampled: maybe(Sampled),
    ...leftOut,
  }),
);

const Turned = z.strictObject({ count: Count, sample: z.array(SampleMember) });

export const Diff = shapeOf<answers.DiffAnswer>()(
  'Diff',
  z.strictObject({
    ...tried,
    enter: Turned,
    leave: Turned,
    stay: Count,
    sampled: maybe(Sampled),
    ...leftOut,
  }),
);

const CatalogueEntry = shapeOf<answers.CatalogueAnswer>()(
  'CatalogueEntry',
  z.strictObject({
    ...{ id: z.string(), name: z.string(), description: z.string(), kind: Kind },
    parameters: z.array(
      z.strictObject({
        ...{ name: z.string(), description: z.string() },
        default: z.union([z.string(), z.number()]),
      }),
    ),
    if: Condition,
    words: z.string(),
    installed: z.boolean(),
  }),
);
export const CataloguePage = pageOf('CataloguePage', CatalogueEntry);

export const Installation = named(
  'Installation',
  z.object({ params: maybe(z.record(z.string(), z.union([z.string(), z.number()]))) }),
  'Values for the parameters; those left out have their defaults.',
);
