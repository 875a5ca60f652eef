import {
  EVENTS_PER_BATCH_MAX,
  type WireAnswer,
  type WireMembershipChange,
  type WireResult,
} from '@inkling/sdk/protocol';
import { z } from 'zod';
import type * as answers from '../../../query/answers.ts';
import { named, shapeOf } from '../registry.ts';
import { Count, Instant, JsonObject } from './common.ts';

const maybe = z.exactOptional;

/** Clients of others send `null` and empty text for what is absent, and members of their own. */
const Id = z.union([z.string(), z.null()]);

const common = {
  messageId: maybe(Id).describe('Unique per site: the key of deduplication.'),
  anonymousId: maybe(Id),
  userId: maybe(Id),
  timestamp: maybe(z.string()),
  context: maybe(JsonObject),
  properties: maybe(JsonObject),
  traits: maybe(JsonObject),
  event: maybe(z.string()).describe('The name of a `track` event.'),
  name: maybe(z.string()).describe('The name of a page or screen.'),
  groupId: maybe(Id),
  previousId: maybe(Id),
};

const EVENT_TYPES = ['page', 'screen', 'track', 'identify', 'group', 'alias'] as const;

const EventSent = named(
  'EventSent',
  z.looseObject({ type: z.enum(EVENT_TYPES), ...common }),
  'A call of the Segment spec. At least one of `anonymousId` and `userId` names somebody.',
);

const envelope = {
  writeKey: maybe(z.string()),
  sentAt: maybe(z.string()).describe('The client’s clock; with it `timestamp` is corrected.'),
  context: maybe(JsonObject),
};

export const Batch = named(
  'Batch',
  z.looseObject({
    ...envelope,
    batch: z.array(EventSent).max(EVENTS_PER_BATCH_MAX),
    lost: maybe(z.record(z.string(), z.number())),
  }),
);

export const Single = named(
  'SingleEvent',
  z.looseObject({ ...envelope, ...common }),
  'One call; the address names its type.',
);

const Result = shapeOf<WireResult>()(
  'Result',
  z.strictObject({
    index: Count.describe('Position in `batch`.'),
    messageId: maybe(z.string()),
    status: z.enum(['duplicate', 'rejected', 'dropped']),
    code: maybe(z.string()),
    detail: maybe(z.string()),
  }),
);

const MembershipChange = shapeOf<WireMembershipChange>()(
  'MembershipChange',
  z.strictObject({
    type: z.enum(['segment.entered', 'segment.left']),
    segment: z.string(),
    profile: z.string(),
    occurredAt: Instant,
  }),
);

export const Decided = shapeOf<WireAnswer>()(
  'Decided',
  z.strictObject({
    ...{ accepted: Count, duplicate: Count, rejected: Count, dropped: Count },
    results: z.array(Result).describe('Only events that were not accepted.'),
    memberships: maybe(z.array(MembershipChange)).describe('With `debug=1`: what it changed.'),
  }),
);

const ImportError = shapeOf<answers.ImportError>()(
  'ImportError',
  z.strictObject({
    line: Count.describe('Where the row begins, counted from 1; the header is a line, too.'),
    column: maybe(z.string()).describe('Absent where it is about the row as a whole.'),
    code: z.string().describe('Why, as in the quarantine.'),
    detail: z.string(),
  }),
);

const Imported = shapeOf<answers.ImportAnswer>()(
  'Imported',
  z.strictObject({
    dryRun: z.boolean().describe('Nothing was stored: it says what would become of the file.'),
    rows: Count.describe('Read; the sum of the next four.'),
    ...{ accepted: Count, duplicate: Count, rejected: Count, dropped: Count },
    errors: z.array(ImportError).describe('The first 100 rows that were rejected.'),
    stopped: maybe(z.strictObject({ line: Count, detail: z.string() })).describe(
      'Where the file cannot be read on. The rows before are decided.',
    ),
  }),
  'What became of a file.',
);

export const Brought = named(
  'Brought',
  z.union([Imported, Decided]),
  'Of a file what became of its rows, of a batch what became of its events.',
);

export const ClientSettings = named(
  'ClientSettings',
  z.looseObject({ integrations: JsonObject, metrics: JsonObject, plan: JsonObject }),
  'What Segment’s analytics.js asks for before it sends.',
);
