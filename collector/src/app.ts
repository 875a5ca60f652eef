import { Hono } from 'hono';
import { Registry } from 'prom-client';
import { type DocsDeps, docsRoutes } from './http/docs.ts';
import { type ImportDeps, importRoute } from './http/import.ts';
import { type IngestDeps, ingestRoutes } from './http/ingest.ts';
import { createIngestTally } from './http/ingest-tally.ts';
import { type MetricsDeps, metricsRoute } from './http/metrics.ts';
import { describeApp } from './http/openapi/document.ts';
import * as operations from './http/openapi/operations/site.ts';
import { type PageDeps, pageRoutes } from './http/pages.ts';
import { closed, problemResponse } from './http/problem.ts';
import { type QueryDeps, queryRoutes } from './http/query.ts';
import { type ReadyDeps, readyRoute } from './http/ready.ts';
import { type SessionDeps, sessionRoutes } from './http/session.ts';
import { ReadOnly } from './ingest/read-only-writer.ts';

export interface AppDeps
  extends IngestDeps,
    Pick<ImportDeps, 'pause'>,
    QueryDeps,
    PageDeps,
    SessionDeps,
    DocsDeps,
    Omit<MetricsDeps, 'keys' | 'writer'> {
  readonly keys: QueryDeps['keys'];
  readonly writer: QueryDeps['writer'] & ReadyDeps['writer'] & MetricsDeps['writer'];
  readonly report: (error: unknown) => void;
  /** Has the figures of the process, to which the app adds its own; an empty one if absent. */
  readonly registry?: Registry;
  /** Of the collector, as its description tells it. */
  readonly version: string;
}

/** The whole collector as a function from Request to Response; it listens to nothing by itself. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  app.get('/healthz', operations.health, (c) => c.json({ status: 'ok' }));
  readyRoute(app, deps);
  const registry = deps.registry ?? new Registry();
  metricsRoute(app, deps, registry);
  const tally = createIngestTally(registry);
  app.route('/', importRoute({ tally, ...deps }));
  app.route('/', ingestRoutes({ tally, ...deps }));
  app.route('/', sessionRoutes(deps));
  app.route('/', queryRoutes(deps));
  let document: Promise<object> | undefined;
  app.get('/openapi.json', operations.readDocument, async (c) => {
    document ??= describeApp(app, deps.version);
    c.header('Cache-Control', 'no-cache');
    return c.json(await document);
  });
  app.route('/', docsRoutes(deps));
  app.route('/', pageRoutes(deps));
  app.notFound((c) =>
    problemResponse(c.req.path, { code: 'not_found', detail: 'There is nothing at this address.' }),
  );
  app.onError((error, c) => {
    if (error instanceof ReadOnly) return problemResponse(c.req.path, closed(error.message));
    deps.report(error);
    const detail = 'The fault is ours and was logged; the request can be sent again.';
    return problemResponse(c.req.path, { code: 'internal', detail });
  });
  return app;
}
