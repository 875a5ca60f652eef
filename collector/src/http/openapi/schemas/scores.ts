import { z } from 'zod';
import type * as answers from '../../../query/answers.ts';
import type * as model from '../../../segments/score-model.ts';
import { named, shapeOf } from '../registry.ts';
import { Count, Day, Instant, pageOf, pageShape, personShape, Sampled } from './common.ts';
import { Duration, Test, Where } from './definition.ts';
import { evidenceShape, partShape } from './people.ts';

const maybe = z.exactOptional;
const EventNames = z.union([z.string(), z.array(z.string())]);

const Rule = shapeOf<model.ScoreRule>()(
  'ScoreRule',
  z.strictObject({
    ...{ id: z.string(), name: z.string(), did: EventNames, where: maybe(Where) },
    points: z.int().describe('Negative ones neither fade nor add up.'),
    per: maybe(z.enum(['event', 'session'])),
    lasts: maybe(Duration).describe('The points hold while the last such event is so recent.'),
    until: maybe(z.strictObject({ did: EventNames, where: maybe(Where) })).describe(
      'What makes points that hold void.',
    ),
  }),
);
const Category = shapeOf<model.ScoreCategory>()(
  'ScoreCategory',
  z.strictObject({
    ...{ id: z.string(), name: z.string() },
    halfLife: z.union([Duration, z.null()]).describe('After so long points are worth half.'),
    cap: z.int(),
    rules: z.array(Rule),
  }),
);
const FitRule = shapeOf<model.FitRule>()(
  'FitRule',
  z.strictObject({
    ...{ id: z.string(), name: z.string(), trait: z.string(), is: Test, points: z.int() },
  }),
);
const bandShape = {
  ...{ id: z.string(), name: z.string(), gt: maybe(z.number()), gte: maybe(z.number()) },
};
const fit = z.strictObject({ cap: z.int(), rules: z.array(FitRule) });
const modelShape = {
  id: z.string(),
  name: z.string(),
  max: z.int().describe('Values lie in 0 to this.'),
  categories: z.array(Category),
  fit,
  bands: z.array(z.strictObject(bandShape)).describe('From the top down; the last is `"gte": 0`.'),
};

/** What `PUT` takes: the address says which score is meant. */
export const ScoreModel = named(
  'ScoreModel',
  z.object({ ...modelShape, id: maybe(z.string()), fit: maybe(fit) }),
  'How a score counts interest.',
);

export const Score = shapeOf<answers.ScoreAnswer>()(
  'SavedScore',
  z.strictObject({
    ...modelShape,
    bands: z.array(z.strictObject({ ...bandShape, size: Count.describe('People in it now.') })),
    version: Count,
    status: z.enum(['building', 'live']).describe('`building` until everybody was looked at once.'),
    progress: z.number().min(0).max(1).describe('Share of people looked at.'),
    createdAt: Instant,
    updatedAt: Instant,
  }),
);
export const ScorePage = pageOf('SavedScorePage', Score);

const Version = shapeOf<answers.ScoreVersionAnswer>()(
  'ScoreVersion',
  z.strictObject({ ...modelShape, version: Count, savedAt: Instant }),
);
export const ScoreVersionPage = pageOf('ScoreVersionPage', Version);

const Part = shapeOf<answers.ScorePartAnswer>()(
  'ProfileScorePart',
  z.strictObject({
    ...partShape,
    cap: z.number(),
    halfLife: maybe(z.union([z.string(), z.null()])),
    rules: z.array(
      z.strictObject({
        ...{ id: z.string(), name: z.string(), points: z.number() },
        count: Count.describe('Of how many events; the newest of them are listed.'),
        events: z.array(z.strictObject({ ...evidenceShape, points: z.number() })),
      }),
    ),
  }),
);

const ProfileScore = shapeOf<answers.ProfileScoreAnswer>()(
  'ProfileScore',
  z.strictObject({
    ...{ id: z.string(), name: z.string(), version: Count, value: z.number(), max: z.number() },
    band: z.strictObject({ id: z.string(), name: z.string() }),
    changesAt: maybe(Instant).describe('When the band may change if nothing more happens.'),
    parts: z.array(Part),
    days: z
      .array(z.strictObject({ day: Day, value: z.number() }))
      .describe('The values with which days ended; the last one is that of now.'),
  }),
);
export const ProfileScorePage = pageOf('ProfileScorePage', ProfileScore);

const Mover = shapeOf<answers.MoverAnswer>()(
  'Mover',
  z.strictObject({
    ...personShape,
    ...{ value: z.number(), before: z.number(), change: z.number() },
  }),
);
export const Movers = shapeOf<answers.MoversAnswer>()(
  'Movers',
  z.strictObject({ ...pageShape(Mover), sampled: maybe(Sampled) }),
);
