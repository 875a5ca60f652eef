import type { Hono } from 'hono';
import { z } from 'zod';
import type { Writer } from '../ingest/writer.ts';
import type { NewSiteAnswer, Page, SiteAnswer } from '../query/answers.ts';
import { findSite, listSites } from '../query/sites.ts';
import { isTimeZone } from '../segments/calendar.ts';
import type { Keys } from '../store/keys.ts';
import type { Database } from '../store/open.ts';
import { newSite, SITES_MAX, type SiteOutcome } from '../store/sites.ts';
import { type Ask, refuse, siteOf, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/site.ts';
import type { Problem } from './problem.ts';
import { Name, wrongWish } from './wish.ts';

export interface SiteDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'addSite' | 'saveSite' | 'removeSite'>;
  readonly keys: Pick<Keys, 'reload'>;
  /** Its keys see all sites and make new ones. */
  readonly defaultSite: number;
}

const Wish = z.strictObject({
  name: Name,
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA name such as Europe/Berlin')
    .default('UTC'),
});

const Change = z
  .strictObject({
    identifyByEmail: z.exactOptional(z.boolean()),
    verifyIdentity: z.exactOptional(z.boolean()),
  })
  .refine((change) => Object.keys(change).length > 0, 'must name something to change');

/** All sites, and the one whose key was given with what it wants. */
export function siteRoutes(app: Hono<Asker>, deps: SiteDeps): void {
  app.get('/v1/sites', operations.listSites, async (c) => {
    const own = siteOf(c);
    const data = await listSites(deps.database, own === deps.defaultSite ? undefined : own);
    return c.json({ data, next: null } satisfies Page<SiteAnswer>);
  });
  app.post('/v1/sites', operations.createSite, (c) =>
    withBody(c, async (body) => {
      if (siteOf(c) !== deps.defaultSite) return refuse(c, NOT_DEFAULT);
      const read = Wish.safeParse(body);
      if (!read.success) return refuse(c, wrongWish(read.error, WANTED));
      const { wish, ...keys } = newSite(read.data);
      const id = await deps.writer.addSite(wish);
      if (id === undefined) return refuse(c, FULL);
      await deps.keys.reload();
      const site = await findSite(deps.database, id);
      if (site === undefined) throw new Error('Invariant broken: a site that was made is there');
      return c.json({ ...site, ...keys } satisfies NewSiteAnswer, 201);
    }),
  );
  app.delete('/v1/sites/:id', operations.removeSite, async (c) => {
    if (siteOf(c) !== deps.defaultSite) return refuse(c, NOT_DEFAULT);
    const text = c.req.param('id');
    if (text === String(deps.defaultSite)) return refuse(c, IS_DEFAULT);
    const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
    if (id === undefined || !(await deps.writer.removeSite(id))) return refuse(c, MISSING);
    await deps.keys.reload();
    return c.body(null, 204);
  });
  const PATH = '/v1/sites/current';
  app.get(PATH, operations.readSite, (c) => answerSite(c, deps));
  app.put(PATH, operations.changeSite, (c) =>
    withBody(c, async (body) => {
      const wish = Change.safeParse(body);
      if (!wish.success) return refuse(c, wrongWish(wish.error, CHANGES));
      const outcome = await deps.writer.saveSite(siteOf(c), wish.data);
      if (outcome !== 'saved') return refuse(c, { code: 'conflict', detail: IN_THE_WAY[outcome] });
      await deps.keys.reload();
      return await answerSite(c, deps);
    }),
  );
}

const WANTED = 'Say {"name": "…"}, and "timeZone" where its days are not those of UTC.';
const CHANGES = 'Say what to change: {"identifyByEmail": true} or {"verifyIdentity": true}.';
const NOT_DEFAULT: Problem = {
  code: 'forbidden',
  detail: 'Sites are made and removed with an admin key of the default site.',
};
const IS_DEFAULT: Problem = {
  code: 'in_use',
  detail: 'The default site stays: its keys make and remove the others.',
};
const MISSING: Problem = {
  code: 'not_found',
  detail: 'There is no site of this id; GET /v1/sites lists all.',
};
const FULL: Problem = {
  code: 'conflict',
  detail: `A collector has at most ${SITES_MAX} sites.`,
  limit: SITES_MAX,
};

const IN_THE_WAY: Readonly<Record<Exclude<SiteOutcome, 'saved'>, string>> = {
  keyless:
    'Nothing could prove who a user is yet: make a key with the role identity first (POST /v1/keys).',
  unproven:
    'Nobody proves an e-mail, so either e-mails name people (identifyByEmail) or users are proven (verifyIdentity), not both.',
};

async function answerSite(c: Ask, { database }: SiteDeps): Promise<Response> {
  const site = await findSite(database, siteOf(c));
  if (site === undefined) throw new Error('Invariant broken: a key names a site');
  return c.json(site satisfies SiteAnswer);
}
