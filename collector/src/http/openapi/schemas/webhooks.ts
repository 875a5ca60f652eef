import { z } from 'zod';
import { NOTICE_TYPES } from '../../../notify/notice.ts';
import type * as answers from '../../../query/answers.ts';
import { named, shapeOf } from '../registry.ts';
import { Count, Instant, Person, pageOf } from './common.ts';
import { EventOf } from './people.ts';

const maybe = z.exactOptional;

const versioned = z.strictObject({ id: z.string(), name: z.string(), version: Count });
const moment = {
  id: z.string().describe('The same whenever and wherever it is told again.'),
  occurredAt: Instant,
  profile: Person,
  cause: z.string(),
  evidence: z.array(z.string()).describe('Ids of events.'),
};

const SegmentMessage = shapeOf<answers.SegmentMessage>()(
  'SegmentMessage',
  z.strictObject({
    type: z.enum(['segment.entered', 'segment.left']),
    segment: versioned,
    ...moment,
  }),
);
const ScoreMessage = shapeOf<answers.ScoreMessage>()(
  'ScoreMessage',
  z.strictObject({
    type: z.literal('score.crossed'),
    score: versioned,
    from: z.string().describe('A band’s id, or "none" for whoever was never scored.'),
    to: z.string(),
    value: z.number().describe('In points, after it.'),
    ...moment,
  }),
);

export const Message = shapeOf<answers.OutgoingMessage>()(
  'OutgoingMessage',
  z.union([SegmentMessage, ScoreMessage]),
  'What webhooks are sent, and what the stream tells beside live events.',
);

export const StreamedMessage = shapeOf<answers.StreamMessage>()(
  'StreamMessage',
  z.union([z.strictObject({ type: z.literal('event'), event: EventOf }), Message]),
  'The data of a server-sent event of `/v1/stream`; its event name is `type`.',
);

const webhook = {
  id: z.string(),
  url: z.string(),
  types: z.array(z.enum(NOTICE_TYPES)),
  segments: maybe(z.array(z.string())).describe('Absent: of all segments.'),
  enabled: z.boolean(),
  description: z.string(),
  note: maybe(z.string()).describe('Why it was disabled, if its owner did not do it.'),
  oldSecretUntil: maybe(Instant),
  createdAt: Instant,
  updatedAt: Instant,
};

export const Webhook = shapeOf<answers.WebhookAnswer>()('Webhook', z.strictObject(webhook));
export const WebhookPage = pageOf('WebhookPage', Webhook);

export const WebhookWithSecret = shapeOf<answers.WebhookSecretAnswer>()(
  'WebhookWithSecret',
  z.strictObject({
    ...webhook,
    secret: z.string().describe('Signs what is sent. Shown only here.'),
  }),
);

export const TestSent = shapeOf<answers.WebhookTestAnswer>()(
  'TestSent',
  z.strictObject({ delivery: z.string() }),
);

export const Replayed = shapeOf<answers.ReplayAnswer>()(
  'Replayed',
  z.strictObject({ replayed: Count }),
);

const Attempt = shapeOf<answers.AttemptAnswer>()(
  'Attempt',
  z.strictObject({
    at: Instant,
    durationMs: z.number(),
    status: maybe(z.int()),
    error: maybe(z.string()),
    answer: z.string().describe('The first 4 KiB of the answer’s body.'),
  }),
);

/** The members of every answer that tells of a delivery. */
export const deliveryShape = {
  id: z.string(),
  type: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  createdAt: Instant,
  nextAttemptAt: maybe(Instant),
  message: Message,
  attemptCount: Count,
  attempts: z.array(Attempt),
};
const Delivery = shapeOf<answers.DeliveryAnswer>()('Delivery', z.strictObject(deliveryShape));
export const DeliveryPage = pageOf('DeliveryPage', Delivery);

export const ReplayWish = named(
  'ReplayWish',
  z.union([
    z.strictObject({ delivery: z.string() }),
    z.strictObject({ failed: z.literal(true) }),
    z.strictObject({ from: z.string(), to: z.string() }),
  ]),
  'One delivery, all that failed, or those of a span of time.',
);

export const WebhookFields = named(
  'WebhookFields',
  z.strictObject({
    url: z.string(),
    types: z.array(z.enum(NOTICE_TYPES)).min(1),
    segments: maybe(z.array(z.string()).min(1)).describe('Leave it out for all segments.'),
    enabled: maybe(z.boolean()),
    description: maybe(z.string()),
  }),
);
