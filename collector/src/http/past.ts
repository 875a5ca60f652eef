import type { Hono } from 'hono';
import { parseInstant } from '../instant.ts';
import { listChanges } from '../query/changes.ts';
import { addDays, dateOf, parseDate } from '../query/days.ts';
import { tellHistory } from '../query/history.ts';
import { findRecordedSegment, listVersions, type RecordedSegment } from '../query/versions.ts';
import { type Ask, refuse, siteOf, withDays, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/members.ts';
import { listVersions as versionsOperation } from './openapi/operations/segments.ts';
import { noSegment, type SegmentDeps } from './segments.ts';

type PastDeps = Pick<SegmentDeps, 'database' | 'clock'>;

/** Days that are told where none are asked for. */
const DAYS_DEFAULT = 30;

/** What became of a segment so far; answered after its removal too. */
export function pastRoutes(app: Hono<Asker>, deps: PastDeps): void {
  const { database } = deps;
  app.get('/v1/segments/:id/versions', versionsOperation, (c) =>
    withRecorded(c, deps, (_, id) =>
      withPage(c, 2, async (page) => c.json(await listVersions(database, siteOf(c), id, page))),
    ),
  );

  app.get('/v1/segments/:id/changes', operations.listChanges, (c) =>
    withRecorded(c, deps, ({ key }) =>
      withPage(c, 1, async (page) =>
        c.json(await listChanges(database, { site: siteOf(c), key }, page)),
      ),
    ),
  );

  app.get('/v1/segments/:id/history', operations.tellHistory, (c) =>
    withRecorded(c, deps, async (segment) => {
      if ((c.req.query('by') ?? 'day') !== 'day') {
        return refuse(c, { code: 'invalid_request', detail: 'by must be day.' });
      }
      const { timeZone } = c.get('site');
      const today = dateOf(timeZone)(deps.clock());
      const to = dayAsked(c.req.query('to'), timeZone, today);
      const from = to && dayAsked(c.req.query('from'), timeZone, addDays(to, 1 - DAYS_DEFAULT));
      return await withDays(c, from, to, async (days) =>
        c.json(await tellHistory(database, segment, { ...days, timeZone })),
      );
    }),
  );
}

async function withRecorded(
  c: Ask,
  { database }: PastDeps,
  answer: (segment: RecordedSegment, id: string) => Promise<Response>,
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const segment = await findRecordedSegment(database, siteOf(c), id);
  return segment ? await answer(segment, id) : noSegment(c);
}

/** A day, or the day of an instant. */
function dayAsked(
  text: string | undefined,
  timeZone: string,
  otherwise: string,
): string | undefined {
  if (text === undefined) return otherwise;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return parseDate(text);
  const atMs = parseInstant(text);
  return atMs === undefined ? undefined : dateOf(timeZone)(atMs);
}
