import type { Hono } from 'hono';
import type { Writer } from '../ingest/writer.ts';
import type { SiteAnswer } from '../query/answers.ts';
import { findSite } from '../query/sites.ts';
import type { Database } from '../store/open.ts';
import { type Ask, refuse, siteOf, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/site.ts';

export interface SiteDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'saveSite'>;
}

/** The site whose key was given, and what it wants. */
export function siteRoutes(app: Hono<Asker>, deps: SiteDeps): void {
  const PATH = '/v1/sites/current';
  app.get(PATH, operations.readSite, (c) => answerSite(c, deps));
  app.put(PATH, operations.changeSite, (c) =>
    withBody(c, async (body) => {
      const wanted = readWish(body);
      if (wanted === undefined) {
        const pointer = '/identifyByEmail';
        const errors = [{ pointer, detail: 'must be true or false' }];
        const detail = 'Say what to change: {"identifyByEmail": true}.';
        return refuse(c, { code: 'invalid_request', detail, errors });
      }
      await deps.writer.saveSite(siteOf(c), { identifiesByEmail: wanted });
      return await answerSite(c, deps);
    }),
  );
}

function readWish(body: unknown): boolean | undefined {
  if (typeof body !== 'object' || body === null || !('identifyByEmail' in body)) return undefined;
  return typeof body.identifyByEmail === 'boolean' ? body.identifyByEmail : undefined;
}

async function answerSite(c: Ask, { database }: SiteDeps): Promise<Response> {
  const site = await findSite(database, siteOf(c));
  if (site === undefined) throw new Error('Invariant broken: a key names a site');
  return c.json(site satisfies SiteAnswer);
}
