import { z } from 'zod';
import type * as answers from '../../../query/privacy-answers.ts';
import { shapeOf } from '../registry.ts';
import { Count, Instant, Json, personShape } from './common.ts';
import { Quarantined } from './intake.ts';
import { eventShape, IdKind } from './people.ts';
import { deliveryShape, Message } from './webhooks.ts';

const maybe = z.exactOptional;

const Profile = shapeOf<answers.ExportedProfile>()(
  'ExportedProfile',
  z.strictObject({
    ...personShape,
    formerIds: z.array(z.string()).describe('Numbers that they had before people were joined.'),
    otherUserIds: z.array(z.string()),
    emails: z.array(z.string()),
    firstSeen: Instant,
    lastSeen: Instant,
    memory: Json.describe('What the engine remembers, worked out from the events.'),
  }),
);

const Identity = shapeOf<answers.ExportedIdentity>()(
  'ExportedIdentity',
  z.strictObject({
    kind: IdKind,
    value: z.string(),
    periods: z
      .array(z.strictObject({ from: maybe(Instant), until: maybe(Instant) }))
      .describe('When it stood for them. Open ends are absent.'),
  }),
);

const IdentityChange = shapeOf<answers.ExportedIdentityChange>()(
  'ExportedIdentityChange',
  z.strictObject({
    action: z.enum(['link', 'merge', 'unmerge']),
    at: Instant,
    recordedAt: Instant,
    into: z.string(),
    from: maybe(z.string()),
    identity: z.strictObject({ kind: IdKind, value: z.string() }),
    by: z.enum(['event', 'api']),
    event: maybe(z.string()),
  }),
);

const Change = shapeOf<answers.ExportedChange>()(
  'ExportedChange',
  z.strictObject({
    segment: z.string(),
    version: Count,
    direction: z.enum(['entered', 'left']),
    effectiveAt: Instant,
    recordedAt: Instant,
    cause: z.string(),
    event: maybe(z.string()),
  }),
);

const Score = shapeOf<answers.ExportedScore>()(
  'ExportedScore',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    version: Count,
    value: z.number(),
    max: z.number(),
    band: z.strictObject({ id: z.string(), name: z.string() }),
  }),
);

const Delivery = shapeOf<answers.ExportedDelivery>()(
  'ExportedDelivery',
  z.strictObject({ webhook: z.string(), ...deliveryShape }),
);

const { profile: _, ...ofEvent } = eventShape;
const Event = shapeOf<answers.ExportedEvent>()(
  'ExportedEvent',
  z.strictObject({ ...ofEvent, groupId: maybe(z.string()), previousId: maybe(z.string()) }),
);

export const Export = shapeOf<answers.ExportAnswer>()(
  'Export',
  z.strictObject({
    exportedAt: Instant,
    profile: Profile,
    identities: z.array(Identity),
    identityLog: z.array(IdentityChange),
    companies: z.array(z.strictObject({ id: z.string(), since: Instant })),
    memberships: z.array(z.strictObject({ segment: z.string(), enteredAt: Instant })),
    membershipLog: z.array(Change),
    scores: z.array(Score),
    messages: z.array(z.strictObject({ message: Message, relayedAt: maybe(Instant) })),
    deliveries: z.array(Delivery),
    rejected: z.array(Quarantined),
    events: z.array(Event),
  }),
);

export const Erasure = shapeOf<answers.ErasureAnswer>()(
  'Erasure',
  z.strictObject({
    status: z.enum(['erased', 'erased_before']),
    erasedAt: Instant.describe('What happened up to then and arrives later is dropped.'),
    events: Count.describe('How many events went.'),
  }),
);
