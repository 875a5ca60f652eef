import type { Hono } from 'hono';
import { z } from 'zod';
import { BUCKETS } from '../identity/bucket.ts';
import { audit } from '../query/audit.ts';
import { findStoredSegment } from '../query/segments.ts';
import { refuse, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/site.ts';
import { noSegment, type SegmentDeps } from './segments.ts';
import { wrongWish } from './wish.ts';

/** People that one request recomputes: some seconds of work, in which others get their turns. */
const PEOPLE_MAX = 20_000;
const PEOPLE_DEFAULT = 1_000;

const Body = z.strictObject({
  segment: z.string().optional(),
  sample: z.int().min(1).max(PEOPLE_MAX).default(PEOPLE_DEFAULT),
});

/** Whether what the collector says is what the log says. */
export function auditRoute(
  app: Hono<Asker>,
  { database, clock }: Pick<SegmentDeps, 'database' | 'clock'>,
): void {
  app.post('/v1/audit', operations.audit, (c) =>
    withBody(c, async (body) => {
      const parsed = Body.safeParse(body);
      if (!parsed.success) {
        const detail = `Send {"segment": an id, "sample": 1 to ${PEOPLE_MAX} people}, or neither.`;
        return refuse(c, { ...wrongWish(parsed.error, detail), limit: PEOPLE_MAX });
      }
      const { segment, sample } = parsed.data;
      const site = c.get('site');
      if (segment !== undefined && !(await findStoredSegment(database, site.id, segment))) {
        return noSegment(c);
      }
      const nowMs = clock();
      // Each audit begins elsewhere, so that samples taken again and again see everybody.
      const fromBucket = nowMs % BUCKETS;
      const asked = { sample, fromBucket, ...(segment !== undefined && { segment }) };
      return c.json(await audit(database, site, nowMs, asked));
    }),
  );
}
