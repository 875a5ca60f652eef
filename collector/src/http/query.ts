import { Hono } from 'hono';
import { listEvents } from '../query/events.ts';
import { refuse, siteOf, withPage } from './ask.ts';
import { type Asker, type AuthDeps, authenticate } from './auth.ts';
import { catalogueRoutes } from './catalogue.ts';
import { profileRoutes } from './profiles.ts';
import { type SegmentDeps, segmentRoutes } from './segments.ts';
import { type StreamDeps, streamRoute } from './stream.ts';
import { type WebhookDeps, webhookRoutes } from './webhooks.ts';

export interface QueryDeps extends AuthDeps, SegmentDeps, StreamDeps, WebhookDeps {}

/** The questions of marketers and developers; a secret key or a signed-in browser is needed. */
export function queryRoutes(deps: QueryDeps): Hono<Asker> {
  const app = new Hono<Asker>();
  app.use('/v1/*', authenticate(deps));
  segmentRoutes(app, deps);
  catalogueRoutes(app, deps);
  profileRoutes(app, deps);
  app.get('/v1/events', (c) =>
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
