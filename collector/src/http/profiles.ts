import type { Hono } from 'hono';
import type { Profile } from '../identity/profile.ts';
import type { MembershipAnswer, Page, ProfileAnswer } from '../query/answers.ts';
import { listPersonEvents } from '../query/events.ts';
import { explain } from '../query/explain.ts';
import { findPerson, latestPeople, searchPeople, tellPeople } from '../query/people.ts';
import { findStoredSegment } from '../query/segments.ts';
import { type Ask, refuse, siteOf, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/people.ts';
import type { Problem } from './problem.ts';
import { noSegment, type SegmentDeps } from './segments.ts';

type ProfileDeps = Pick<SegmentDeps, 'database' | 'clock'>;

/** People by any of their ids: what is known of them, what they did, and why they are where they are. */
export function profileRoutes(app: Hono<Asker>, deps: ProfileDeps): void {
  const { database, clock } = deps;
  app.get('/v1/profiles', operations.listPeople, async (c) => {
    const site = siteOf(c);
    const question = c.req.query('q')?.trim() ?? '';
    const people =
      question === ''
        ? await latestPeople(database, site)
        : await searchPeople(database, site, question);
    const data = await tellPeople(database, site, people, clock());
    return c.json({ data, next: null } satisfies Page<ProfileAnswer>);
  });

  app.get('/v1/profiles/:id', operations.readPerson, (c) =>
    withPerson(c, deps, async (person) =>
      c.json((await tellPeople(database, siteOf(c), [person], clock()))[0]),
    ),
  );

  app.get('/v1/profiles/:id/segments', operations.listMemberships, (c) =>
    withPerson(c, deps, async (person) => {
      const [told] = await tellPeople(database, siteOf(c), [person], clock());
      const data = told?.segments ?? [];
      return c.json({ data, next: null } satisfies Page<MembershipAnswer>);
    }),
  );

  app.get('/v1/profiles/:id/events', operations.listPersonEvents, (c) =>
    withPerson(c, deps, (person) =>
      withPage(c, 2, async (page) => c.json(await listPersonEvents(database, person, page))),
    ),
  );

  app.get('/v1/profiles/:id/explain/:segment', operations.explainMembership, (c) =>
    withPerson(c, deps, async (person) => {
      const { id: site } = c.get('site');
      const segment = await findStoredSegment(database, site, c.req.param('segment'));
      if (!segment) return noSegment(c);
      return c.json(await explain(database, person, segment, clock()));
    }),
  );
}

/** Finds the person of the address by any of their ids, or refuses. */
export async function withPerson(
  c: Ask,
  { database }: Pick<ProfileDeps, 'database'>,
  answer: (person: Profile) => Promise<Response>,
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const person = await findPerson(database, siteOf(c), id);
  if (person) return await answer(person);
  return refuse(c, NOBODY);
}

export const NOBODY: Problem = {
  code: 'not_found',
  detail: 'Nobody is known by this id; try the user id, an anonymous id or a profile id.',
};
