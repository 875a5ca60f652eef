import type { Hono } from 'hono';
import type { RejectionCode } from '../ingest/outcome.ts';
import { addDays, dateOf, parseDate } from '../query/days.ts';
import { listQuarantine } from '../query/quarantine.ts';
import { tellStats } from '../query/stats.ts';
import type { Database } from '../store/open.ts';
import { refuse, siteOf, withDays, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/intake.ts';

export interface IntakeDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly clock: () => number;
}

/** Days that are told where none are asked for. */
const DAYS_DEFAULT = 30;

const CODES = {
  invalid: true,
  placeholder_id: true,
  quota_cardinality: true,
  too_large: true,
  too_old: true,
  unverified: true,
} as const satisfies Readonly<Record<RejectionCode, true>>;

/** What became of what came in. */
export function intakeRoutes(app: Hono<Asker>, { database, clock }: IntakeDeps): void {
  app.get('/v1/stats', operations.tellStats, async (c) => {
    const asked = c.req.query();
    const to = parseDate(asked.to ?? dateOf('UTC')(clock()));
    const from = to && parseDate(asked.from ?? addDays(to, 1 - DAYS_DEFAULT));
    return await withDays(c, from, to, async (days) =>
      c.json(await tellStats(database, siteOf(c), days)),
    );
  });

  app.get('/v1/quarantine', operations.listQuarantine, async (c) => {
    const { code } = c.req.query();
    if (code !== undefined && !Object.hasOwn(CODES, code)) {
      const detail = `code must be one of ${Object.keys(CODES).join(', ')}.`;
      return refuse(c, { code: 'invalid_request', detail });
    }
    const asked = { site: siteOf(c), ...(code !== undefined && { code }) };
    return await withPage(c, 1, async (page) =>
      c.json(await listQuarantine(database, asked, page, clock())),
    );
  });
}
