import { z } from 'zod';
import type { EventFlag } from '../../../event.ts';
import type { IdentityKind } from '../../../identity/identity.ts';
import type * as answers from '../../../query/answers.ts';
import type { ScorePart as CategoryPoints } from '../../../segments/compiled.ts';
import { named, shapeOf } from '../registry.ts';
import { Count, Instant, Json, JsonObject, pageOf, pageShape, personShape } from './common.ts';

const maybe = z.exactOptional;

const Membership = shapeOf<answers.MembershipAnswer>()(
  'Membership',
  z.strictObject({
    ...{ id: z.string(), name: z.string(), enteredAt: Instant, leavesAt: maybe(Instant) },
  }),
);
export const MembershipPage = pageOf('MembershipPage', Membership);

export const Profile = shapeOf<answers.ProfileAnswer>()(
  'Profile',
  z.strictObject({
    ...personShape,
    firstSeen: Instant,
    lastSeen: Instant,
    segments: z.array(Membership),
  }),
);
export const ProfilePage = pageOf('ProfilePage', Profile);

export const IdKind = z.enum(['user', 'anonymous', 'email']) satisfies z.ZodType<IdentityKind>;

const Identity = shapeOf<answers.IdentityAnswer>()(
  'Identity',
  z.strictObject({ kind: IdKind, value: z.string(), since: maybe(Instant) }),
);

const Merge = shapeOf<answers.MergeAnswer>()(
  'Merge',
  z.strictObject({
    id: z.string(),
    action: z.enum(['merge', 'unmerge']),
    at: Instant,
    recordedAt: Instant,
    into: z.string(),
    from: z.string(),
    identity: z.strictObject({ kind: IdKind, value: z.string() }),
    by: z.enum(['event', 'api']),
    event: maybe(z.string()),
  }),
);

export const Identities = shapeOf<answers.IdentitiesAnswer>()(
  'Identities',
  z.strictObject({ ...pageShape(Identity), merges: z.array(Merge) }),
);

export const Unmerged = shapeOf<answers.UnmergeAnswer>()(
  'Unmerged',
  z.strictObject({ profile: Profile, split: z.union([Profile, z.null()]) }),
);

export const MergeWish = named('MergeWish', z.object({ with: z.string().min(1) }));
export const UnmergeWish = named('UnmergeWish', z.object({ identity: z.string().min(1) }));

const Flag = z.enum([
  'clock_skew',
  'truncated',
  'no_message_id',
  'placeholder_id',
  'merge_limit',
]) satisfies z.ZodType<EventFlag>;

/** The members of every answer that tells of an event. */
export const eventShape = {
  id: z.string(),
  messageId: z.string(),
  type: z.string(),
  name: maybe(z.string()),
  profile: z.string(),
  userId: maybe(z.string()),
  anonymousId: maybe(z.string()),
  timestamp: Instant,
  receivedAt: Instant,
  properties: JsonObject,
  context: JsonObject,
  traits: maybe(JsonObject),
  flags: maybe(z.array(Flag)),
};
export const EventOf = shapeOf<answers.EventAnswer>()('Event', z.strictObject(eventShape));
export const EventPage = pageOf('EventPage', EventOf);

/** One event that counts. */
export const evidenceShape = {
  event: z.string(),
  timestamp: Instant,
  words: z.string(),
  value: maybe(Json),
  profile: maybe(z.string()).describe('Whose it is, where a colleague did it.'),
};
const Evidence = shapeOf<answers.Evidence>()('Evidence', z.strictObject(evidenceShape));

const judged = { true: z.boolean(), words: z.string(), changesAt: maybe(Instant) };

type Leaf = Exclude<answers.ExplainNode, { readonly children: unknown }>;

/** Points of one category, before and after its cap. */
export const partShape = {
  ...{ id: z.string(), name: z.string(), raw: z.number(), capped: z.number() },
};
const ScorePart = shapeOf<CategoryPoints>()('ScorePart', z.strictObject(partShape));

const LEAF_OPS = [
  ...(['did', 'seq', 'idle', 'trait', 'account', 'score'] as const),
  ...(['segment', 'list', 'bucket', 'who'] as const),
] as const;

const ExplainLeaf = shapeOf<Leaf>()(
  'ExplainLeaf',
  z.strictObject({
    op: z.enum(LEAF_OPS),
    ...judged,
    count: maybe(z.number()),
    atLeast: maybe(z.boolean()).describe('There may be more than `count` says.'),
    value: maybe(Json),
    parts: maybe(z.array(ScorePart)).describe('What a score is made of.'),
    missing: maybe(z.string()),
    evidence: z.array(Evidence),
  }),
  'A condition that holds no others, judged for one person.',
);

const ExplainNode: z.ZodType<answers.ExplainNode> = named(
  'ExplainNode',
  z.lazy(() =>
    z.union([
      z.strictObject({
        ...{ op: z.enum(['all', 'any', 'not']), ...judged },
        children: z.array(ExplainNode),
      }),
      ExplainLeaf,
    ]),
  ),
  'One condition of the tree, judged for one person.',
);

export const Explanation = shapeOf<answers.ExplainAnswer>()(
  'Explanation',
  z.strictObject({
    segment: z.strictObject({ id: z.string(), name: z.string(), version: Count }),
    profile: z.string(),
    at: Instant,
    member: z.boolean(),
    enteredAt: maybe(Instant),
    changesAt: maybe(Instant).describe('When this answer changes if nothing more happens.'),
    tree: ExplainNode,
    leaves: maybe(ExplainNode).describe('The condition that lets a member leave.'),
    ranking: maybe(z.strictObject({ candidate: z.boolean(), figure: z.number() })).describe(
      'Of a segment that keeps only the first: what is compared with that of others.',
    ),
  }),
);

const seen = { count: Count, firstSeen: Instant, lastSeen: Instant };

const SeenPath = shapeOf<answers.SeenPath>()(
  'SeenPath',
  z.strictObject({
    path: z.string().describe('Keys joined by dots.'),
    types: z.array(z.enum(['text', 'number', 'boolean', 'list', 'object', 'null'])),
    ...seen,
    examples: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .describe('Masked where they may name somebody.'),
  }),
);

export const Seen = shapeOf<answers.SchemaAnswer>()(
  'Schema',
  z.strictObject({
    events: z.array(z.strictObject({ name: z.string(), ...seen, properties: z.array(SeenPath) })),
    traits: z.array(SeenPath),
    context: z.array(SeenPath).describe('Of any event; paths as `where` reads them.'),
    truncated: z.boolean().describe('Names or paths past the limits were not noted.'),
  }),
);
