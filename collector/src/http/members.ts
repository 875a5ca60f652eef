import type { Hono } from 'hono';
import { formatInstant } from '../instant.ts';
import type { CountAnswer, MemberAnswer, Page, PastMode } from '../query/answers.ts';
import { forecast } from '../query/forecast.ts';
import { listMembers } from '../query/members.ts';
import { countTrueMembers, listKnownMembers, listTrueMembers } from '../query/members-then.ts';
import { listNear } from '../query/near.ts';
import { tellOverlap } from '../query/overlap.ts';
import { findSegment, findStoredSegment, planOfSite } from '../query/segments.ts';
import type { StoredSegment } from '../segments/draft.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import { countKnownMembers } from '../store/membership-log.ts';
import type { Database } from '../store/open.ts';
import { type Ask, type PageAsked, refuse, siteOf, withInstant, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/members.ts';
import { type RowFormat, streamMembers } from './rows.ts';
import { noSegment, type SegmentDeps } from './segments.ts';

type MemberDeps = Pick<SegmentDeps, 'database' | 'clock'>;

/** Which members are asked for. */
interface MembersAsked {
  readonly segment: StoredSegment;
  /** Without it, now as it is known now. */
  readonly atMs?: number;
  readonly mode: PastMode;
}

/** Who is in a segment, was, will be, and nearly is. */
export function memberRoutes(app: Hono<Asker>, deps: MemberDeps): void {
  const { database, clock } = deps;
  app.get('/v1/segments/overlap', operations.tellOverlap, async (c, next) => {
    const { a, b } = c.req.query();
    // A segment may have this id as well.
    if (a === undefined && b === undefined) return await next();
    const one = await findStoredSegment(database, siteOf(c), a ?? '');
    const other = await findStoredSegment(database, siteOf(c), b ?? '');
    if (!one || !other) return noSegment(c);
    return c.json(await tellOverlap(database, one.key, other.key));
  });

  app.get('/v1/segments/:id/count', operations.countMembers, (c) =>
    withMembersAsked(c, deps, async (asked) => c.json(await countAnswer(c, deps, asked))),
  );

  app.get('/v1/segments/:id/members', operations.listMembers, (c) =>
    withMembersAsked(c, deps, async (asked) => {
      const list = memberList(c, deps, asked);
      return await withPage(c, list.cursorLength, async (page) => {
        const { format = 'json', limit } = c.req.query();
        if (format === 'json') return c.json(await list.read(page));
        if (!isRowFormat(format)) {
          const detail = 'format must be json, csv or ndjson.';
          return refuse(c, { code: 'invalid_request', detail });
        }
        const rows = {
          ...{ format, name: asked.segment.definition.id, cursorLength: list.cursorLength },
          ...(limit !== undefined && { limit: page.limit }),
          ...(page.after && { after: page.after }),
        };
        return streamMembers(c, rows, list.read);
      });
    }),
  );

  app.get('/v1/segments/:id/near', operations.listNear, async (c) => {
    const { id: site } = c.get('site');
    const segment = await findStoredSegment(database, site, c.req.param('id'));
    if (!segment) return noSegment(c);
    return await withPage(c, 1, async (page) =>
      c.json(await listNear(database, { site, segment }, page, clock())),
    );
  });

  app.get('/v1/segments/:id/forecast', operations.tellForecast, async (c) => {
    const site = siteOf(c);
    const segment = await findStoredSegment(database, site, c.req.param('id'));
    const shown = await findSegment(database, site, c.req.param('id'));
    const definitions = await loadSiteDefinitions(database, site);
    if (!segment || !shown) return noSegment(c);
    const told = await forecast(database, definitions, segment.key, clock());
    return c.json({ ...told, status: shown.status });
  });
}

/** Reads whose members are asked for, when and how it is meant, or refuses it. */
async function withMembersAsked(
  c: Ask,
  { database, clock }: MemberDeps,
  answer: (asked: MembersAsked) => Promise<Response>,
): Promise<Response> {
  const segment = await findStoredSegment(database, siteOf(c), c.req.param('id') ?? '');
  if (!segment) return noSegment(c);
  const { mode = 'known' } = c.req.query();
  if (mode !== 'known' && mode !== 'true') {
    const detail = 'mode must be known (as it was known then) or true (as it is known now).';
    return refuse(c, { code: 'invalid_request', detail });
  }
  if (mode === 'true' && segment.definition.top !== undefined) {
    const detail = 'Who was among the first is kept as it was known: ask with mode=known.';
    return refuse(c, { code: 'invalid_request', detail });
  }
  return await withInstant(c, clock(), async (atMs) =>
    answer({ segment, mode, ...(atMs !== undefined && { atMs }) }),
  );
}

async function countAnswer(
  c: Ask,
  { database, clock }: MemberDeps,
  { segment, mode, atMs }: MembersAsked,
): Promise<CountAnswer> {
  const nowMs = clock();
  const at = formatInstant(atMs ?? nowMs);
  if (mode === 'true') {
    const truth = await countTrueMembers(
      database,
      await trueOf(c, database, segment),
      atMs ?? nowMs,
    );
    return { ...truth, at, mode };
  }
  if (atMs !== undefined) {
    return { count: await countKnownMembers(database.$client, segment.key, atMs), at, mode };
  }
  const shown = await findSegment(database, siteOf(c), segment.definition.id);
  return { count: shown?.size ?? 0, at };
}

function memberList(
  c: Ask,
  { database, clock }: MemberDeps,
  { segment, mode, atMs }: MembersAsked,
): {
  readonly cursorLength: number;
  readonly read: (page: PageAsked) => Promise<Page<MemberAnswer>>;
} {
  const own = { site: siteOf(c), key: segment.key };
  if (mode === 'true') {
    const thenMs = atMs ?? clock();
    return {
      cursorLength: 1,
      read: async (page) =>
        listTrueMembers(database, await trueOf(c, database, segment), thenMs, page),
    };
  }
  if (atMs !== undefined) {
    return { cursorLength: 1, read: (page) => listKnownMembers(database, own, atMs, page) };
  }
  return { cursorLength: 2, read: (page) => listMembers(database, own, page, clock()) };
}

/** The segment among all that it may refer to, as they are defined today. */
async function trueOf(c: Ask, database: Database, { key }: StoredSegment) {
  const site = siteOf(c);
  return { site, plan: await planOfSite(database, site), key };
}

function isRowFormat(text: string): text is RowFormat {
  return text === 'csv' || text === 'ndjson';
}
