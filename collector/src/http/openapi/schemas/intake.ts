import { z } from 'zod';
import type { RejectionCode } from '../../../ingest/outcome.ts';
import type * as answers from '../../../query/answers.ts';
import { shapeOf } from '../registry.ts';
import { Count, Instant, Json, pageOf, pageShape, UtcDay } from './common.ts';

const maybe = z.exactOptional;

const ByReason = z.record(z.string(), Count);

const countsShape = {
  received: Count.describe('Events of requests that were decided: the sum of the next four.'),
  accepted: Count.describe('Events that were stored.'),
  duplicate: Count.describe('Events that had been stored before.'),
  rejected: Count.describe('Events that something is wrong with; they are in the quarantine.'),
  dropped: Count.describe('Events that were not wanted. Nothing of them is kept.'),
  reasons: z.strictObject({ rejected: ByReason, dropped: ByReason }),
  lost: ByReason.describe('Events that clients lost, as they say themselves.'),
  refused: ByReason.describe(
    'Requests, not events, that were turned away whole, by the code of the problem.',
  ),
  expired: Count.describe(
    'Events that were removed since they became too old; their `key` is empty.',
  ),
};

const Counts = shapeOf<answers.CountsAnswer>()('Counts', z.strictObject(countsShape));

const StatsRow = shapeOf<answers.StatsRowAnswer>()(
  'StatsRow',
  z.strictObject({
    day: UtcDay,
    key: z.string().describe('The id of the write key, which may be removed by now.'),
    ...countsShape,
  }),
);

export const Stats = shapeOf<answers.StatsAnswer>()(
  'Stats',
  z.strictObject({ ...pageShape(StatsRow), from: UtcDay, to: UtcDay, total: Counts }),
);

export const RejectionReason = z.enum([
  'invalid',
  'placeholder_id',
  'quota_cardinality',
  'too_large',
  'too_old',
  'unverified',
]) satisfies z.ZodType<RejectionCode>;

export const Quarantined = shapeOf<answers.QuarantineAnswer>()(
  'Quarantined',
  z.strictObject({
    id: z.string(),
    receivedAt: Instant,
    key: z.string().describe('The id of the write key, which may be removed by now.'),
    code: z.string().describe('Why, for programs.'),
    pointer: z
      .string()
      .describe('Where in the event, as a JSON pointer; empty for the event as a whole.'),
    detail: z.string().describe('Why, for people, as the sender was told.'),
    messageId: maybe(z.string()),
    event: Json.describe('As it came, without secrets.'),
    cut: z.boolean().describe('Something of it was left out since it is long.'),
  }),
);

export const QuarantinePage = pageOf('QuarantinePage', Quarantined);
