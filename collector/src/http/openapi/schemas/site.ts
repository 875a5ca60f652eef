import { z } from 'zod';
import type * as answers from '../../../query/answers.ts';
import { named, shapeOf } from '../registry.ts';
import { Count, Instant, pageOf } from './common.ts';

const maybe = z.exactOptional;

const siteShape = {
  id: z.string(),
  name: z.string(),
  timeZone: z.string().describe('IANA name.'),
  identifyByEmail: z.boolean(),
  verifyIdentity: z
    .boolean()
    .describe('An event names a user only with a proof from the site’s own server.'),
};

export const SiteOf = shapeOf<answers.SiteAnswer>()('Site', z.strictObject(siteShape));
export const SitePage = pageOf('SitePage', SiteOf);

export const NewSite = shapeOf<answers.NewSiteAnswer>()(
  'NewSite',
  z.strictObject({
    ...siteShape,
    writeKey: z.string(),
    secretKey: z.string().describe('An admin key. It is shown here and never again.'),
  }),
);

export const NewSiteWish = named(
  'NewSiteWish',
  z.strictObject({
    name: z.string(),
    timeZone: maybe(z.string()).describe('IANA name; UTC if absent.'),
  }),
);

export const SiteWish = named(
  'SiteWish',
  z.strictObject({
    identifyByEmail: maybe(z.boolean()),
    verifyIdentity: maybe(z.boolean()),
  }),
);

const KeyRole = z.enum(['write', 'identity', 'read', 'admin']);

const keyShape = {
  id: z.string(),
  name: z.string(),
  role: KeyRole.describe(
    '`write` adds events, `identity` proves who a user is, `read` asks, `admin` also changes.',
  ),
  createdAt: Instant,
};

const Key = shapeOf<answers.KeyAnswer>()(
  'Key',
  z.strictObject({
    ...keyShape,
    value: maybe(z.string()).describe('The key itself, of a write key, which is public.'),
    current: z.boolean().describe('The request was made with it.'),
  }),
);
export const KeyPage = pageOf('KeyPage', Key);

export const NewKey = shapeOf<answers.NewKeyAnswer>()(
  'NewKey',
  z.strictObject({
    ...keyShape,
    value: z.string().describe('The key itself. A secret key is shown here and never again.'),
    current: z.boolean(),
  }),
);

export const KeyWish = named('KeyWish', z.strictObject({ name: z.string(), role: KeyRole }));

export const Session = shapeOf<answers.SessionAnswer>()(
  'Session',
  z.strictObject({
    role: z.enum(['read', 'admin']),
    writeKey: z.string(),
    host: z.string(),
    snippet: z.string().describe('The lines to paste.'),
  }),
);

export const SignIn = named('SignIn', z.object({ secretKey: z.string() }));

export const Audit = shapeOf<answers.AuditAnswer>()(
  'Audit',
  z.strictObject({
    checked: Count,
    people: Count,
    different: Count,
    differing: z.array(
      z.strictObject({
        ...{ profile: z.string(), segment: z.string() },
        ...{ member: z.boolean(), recomputed: z.boolean() },
      }),
    ),
    sizes: z.strictObject({
      checked: Count.describe('Segments, and bands of scores.'),
      differing: z.array(z.strictObject({ segment: z.string(), size: z.int(), members: Count })),
    }),
  }),
);

export const AuditWish = named(
  'AuditWish',
  z.strictObject({
    segment: maybe(z.string()).describe('All segments, if absent.'),
    sample: maybe(z.int().min(1).max(20_000)).describe('How many people; 1,000 if absent.'),
  }),
);

export const OpenApi = named('OpenApi', z.looseObject({ openapi: z.string() }));

export const Health = named('Health', z.strictObject({ status: z.literal('ok') }));

export const Readiness = named('Readiness', z.strictObject({ status: z.literal('ready') }));
