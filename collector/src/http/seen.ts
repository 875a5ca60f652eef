import type { Hono } from 'hono';
import { tellSchema } from '../query/seen.ts';
import type { Database } from '../store/open.ts';
import { siteOf } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/events.ts';

/** What there is to write definitions about. */
export function schemaRoute(app: Hono<Asker>, { database }: { readonly database: Database }): void {
  app.get('/v1/schema', operations.tellSchema, async (c) =>
    c.json(await tellSchema(database, siteOf(c))),
  );
}
