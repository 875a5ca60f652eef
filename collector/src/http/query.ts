import { Hono } from 'hono';
import { listEvents } from '../query/events.ts';
import { refuse, siteOf, withPage } from './ask.ts';
import { auditRoute } from './audit.ts';
import { type Asker, type AuthDeps, authenticate } from './auth.ts';
import { catalogueRoutes } from './catalogue.ts';
import { type IdentityDeps, identityRoutes } from './identities.ts';
import { intakeRoutes } from './intake.ts';
import { type KeyDeps, keyRoutes } from './keys.ts';
import { memberRoutes } from './members.ts';
import * as operations from './openapi/operations/events.ts';
import { pastRoutes } from './past.ts';
import { type PrivacyDeps, privacyRoutes } from './privacy.ts';
import { profileRoutes } from './profiles.ts';
import { type ScoreDeps, scoreRoutes } from './scores.ts';
import { schemaRoute } from './seen.ts';
import { type SegmentDeps, segmentRoutes } from './segments.ts';
import { simulationRoutes } from './simulation.ts';
import { type SiteDeps, siteRoutes } from './sites.ts';
import { type StreamDeps, streamRoute } from './stream.ts';
import { type WebhookDeps, webhookRoutes } from './webhooks.ts';

export interface QueryDeps
  extends AuthDeps,
    Omit<StreamDeps, 'keys'>,
    WebhookDeps,
    Pick<SiteDeps, 'defaultSite'>,
    Omit<SegmentDeps, 'writer'> {
  readonly writer: SegmentDeps['writer'] &
    IdentityDeps['writer'] &
    PrivacyDeps['writer'] &
    SiteDeps['writer'] &
    ScoreDeps['writer'] &
    KeyDeps['writer'];
}

/** The questions of marketers and developers; a secret key or a signed-in browser is needed. */
export function queryRoutes(deps: QueryDeps): Hono<Asker> {
  const app = new Hono<Asker>();
  app.use('/v1/*', authenticate(deps));
  pastRoutes(app, deps);
  simulationRoutes(app, deps);
  memberRoutes(app, deps);
  segmentRoutes(app, deps);
  auditRoute(app, deps);
  schemaRoute(app, deps);
  intakeRoutes(app, deps);
  catalogueRoutes(app, deps);
  scoreRoutes(app, deps);
  profileRoutes(app, deps);
  identityRoutes(app, deps);
  privacyRoutes(app, deps);
  siteRoutes(app, deps);
  keyRoutes(app, deps);
  app.get('/v1/events', operations.listEvents, (c) =>
    withPage(c, 1, async (page) => c.json(await listEvents(deps.database, siteOf(c), page))),
  );
  webhookRoutes(app, deps);
  streamRoute(app, deps);
  // What is left below /v1 is a slip in the address, not a page of the dashboard.
  app.all('/v1/*', (c) =>
    refuse(c, { code: 'not_found', detail: 'The API has nothing at this address and method.' }),
  );
  return app;
}
