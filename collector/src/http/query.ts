import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Writer } from '../ingest/writer.ts';
import type { Stream } from '../notify/stream.ts';
import type { CatalogueAnswer, CountAnswer, Page } from '../query/answers.ts';
import { parseCursor, type Position } from '../query/cursor.ts';
import { listEvents, listPersonEvents } from '../query/events.ts';
import { explain } from '../query/explain.ts';
import { listMembers } from '../query/members.ts';
import { findPerson, latestPeople, memberships, profileAnswer, searchPeople, segmentNames } from '../query/people.ts';
import { findSegment, findStoredSegment, listSegments } from '../query/segments.ts';
import { formatInstant } from '../instant.ts';
import { catalogue, instantiate } from '../segments/catalogue.ts';
import type { Definition } from '../segments/definition.ts';
import { parseDefinition } from '../segments/parse-definition.ts';
import { conditionWords } from '../segments/words.ts';
import type { Database } from '../store/open.ts';
import { type Asker, type AuthDeps, authenticate } from './auth.ts';
import { parseJson, readBody } from './body.ts';
import { type Problem, problemResponse } from './problem.ts';

export interface QueryDeps extends AuthDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'saveSegment' | 'deleteSegment'>;
  readonly stream: Stream;
}

type Ask = Context<Asker>;

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;
const DEFINITION_BYTES_MAX = 64 * 1024;
/** A comment this often keeps proxies from closing a quiet stream. */
const KEEPALIVE_MS = 15_000;

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
  app.get('/v1/stream', (c) => {
    const site = siteOf(c);
    return streamSSE(c, async (sse) => {
      const stop = deps.stream.subscribe(site, (message) => {
        void sse.writeSSE({ event: message.type, data: JSON.stringify(message) });
      });
      sse.onAbort(stop);
      while (!sse.aborted) {
        await sse.write(': still here\n\n');
        await sse.sleep(KEEPALIVE_MS);
      }
    });
  });
  return app;
}

function segmentRoutes(app: Hono<Asker>, deps: QueryDeps): void {
  const { database, writer } = deps;
  app.get('/v1/segments', async (c) => {
    const data = await listSegments(database, siteOf(c));
    return c.json({ data, next: null } satisfies Page<unknown>);
  });

  app.post('/v1/segments', (c) =>
    withBody(c, async (body) => {
      const parsed = parseDefinition(body);
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      if (await findStoredSegment(database, siteOf(c), parsed.value.id)) {
        const detail = `There is a segment "${parsed.value.id}"; change it with PUT /v1/segments/${parsed.value.id}.`;
        return refuse(c, { code: 'conflict', detail });
      }
      return await saved(c, deps, parsed.value, 201);
    }),
  );

  app.get('/v1/segments/:id', async (c) => {
    const found = await findSegment(database, siteOf(c), c.req.param('id'));
    return found ? c.json(found) : noSegment(c);
  });

  app.put('/v1/segments/:id', (c) =>
    withBody(c, async (body) => {
      const id = c.req.param('id');
      const parsed = parseDefinition(typeof body === 'object' ? { ...body, id } : body);
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      if (!(await findStoredSegment(database, siteOf(c), id))) return noSegment(c);
      return await saved(c, deps, parsed.value, 200);
    }),
  );

  app.delete('/v1/segments/:id', async (c) => {
    const removed = await writer.deleteSegment(siteOf(c), c.req.param('id'));
    return removed ? c.body(null, 204) : noSegment(c);
  });

  app.get('/v1/segments/:id/count', async (c) => {
    const found = await findSegment(database, siteOf(c), c.req.param('id'));
    if (!found) return noSegment(c);
    return c.json({ count: found.size, at: formatInstant(deps.clock()) } satisfies CountAnswer);
  });

  app.get('/v1/segments/:id/members', async (c) => {
    const segment = await findStoredSegment(database, siteOf(c), c.req.param('id'));
    if (!segment) return noSegment(c);
    return await withPage(c, 2, async (page) => {
      const key = { site: siteOf(c), key: segment.key };
      return c.json(await listMembers(database, key, page, deps.clock()));
    });
  });
}

function catalogueRoutes(app: Hono<Asker>, deps: QueryDeps): void {
  app.get('/v1/catalogue', async (c) => {
    const installed = new Set((await listSegments(deps.database, siteOf(c))).map(({ id }) => id));
    const data = catalogue.flatMap((entry): CatalogueAnswer[] => {
      const made = instantiate(entry.id);
      if (!made.ok) return [];
      return [
        {
          id: entry.id,
          name: entry.name,
          description: entry.description,
          kind: entry.kind,
          parameters: entry.parameters,
          if: made.value.if,
          words: conditionWords(made.value.if),
          installed: installed.has(made.value.id),
        },
      ];
    });
    return c.json({ data, next: null } satisfies Page<CatalogueAnswer>);
  });

  app.post('/v1/catalogue/:id/install', (c) =>
    withBody(c, async (body) => {
      const id = c.req.param('id');
      if (!catalogue.some((entry) => entry.id === id)) {
        return refuse(c, { code: 'not_found', detail: `The catalogue has no segment "${id}".` });
      }
      const params = typeof body === 'object' && body !== null && 'params' in body ? body.params : {};
      const made = instantiate(id, params);
      if (!made.ok) return refuse(c, wrongDefinition(made.errors));
      return await saved(c, deps, made.value, 201);
    }),
  );
}

function profileRoutes(app: Hono<Asker>, deps: QueryDeps): void {
  const { database, clock } = deps;
  app.get('/v1/profiles', async (c) => {
    const site = siteOf(c);
    const question = c.req.query('q')?.trim() ?? '';
    const people =
      question === ''
        ? await latestPeople(database, site)
        : await searchPeople(database, site, question);
    const names = await segmentNames(database, site);
    const data = people.map((person) => profileAnswer(person, names, clock()));
    return c.json({ data, next: null } satisfies Page<unknown>);
  });

  app.get('/v1/profiles/:id', (c) =>
    withPerson(c, deps, async (person) =>
      c.json(profileAnswer(person, await segmentNames(database, siteOf(c)), clock())),
    ),
  );

  app.get('/v1/profiles/:id/segments', (c) =>
    withPerson(c, deps, async (person) => {
      const data = memberships(person.state, await segmentNames(database, siteOf(c)), clock());
      return c.json({ data, next: null } satisfies Page<unknown>);
    }),
  );

  app.get('/v1/profiles/:id/events', (c) =>
    withPerson(c, deps, (person) =>
      withPage(c, 2, async (page) => c.json(await listPersonEvents(database, person, page))),
    ),
  );

  app.get('/v1/profiles/:id/explain/:segment', (c) =>
    withPerson(c, deps, async (person) => {
      const { id: site, timeZone } = c.get('site');
      const segment = await findStoredSegment(database, site, c.req.param('segment'));
      if (!segment) return noSegment(c);
      return c.json(await explain(database, person, segment, timeZone, clock()));
    }),
  );
}

type Person = NonNullable<Awaited<ReturnType<typeof findPerson>>>;

async function withPerson(
  c: Ask,
  { database }: QueryDeps,
  answer: (person: Person) => Promise<Response>,
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const person = await findPerson(database, siteOf(c), id);
  if (person) return await answer(person);
  const detail = 'Nobody is known by this id; try the user id, an anonymous id or a profile id.';
  return refuse(c, { code: 'not_found', detail });
}

async function withPage(
  c: Ask,
  cursorLength: number,
  answer: (page: { after?: Position; limit: number }) => Promise<Response>,
): Promise<Response> {
  const { limit: limitText, cursor } = c.req.query();
  const limit = limitText === undefined ? PAGE_DEFAULT : Number(limitText);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    const detail = `limit must be an integer from 1 to ${PAGE_MAX}.`;
    return refuse(c, { code: 'invalid_request', detail, limit: PAGE_MAX });
  }
  if (cursor === undefined) return await answer({ limit });
  const after = parseCursor(cursor, cursorLength);
  if (after) return await answer({ limit, after });
  const detail = 'cursor must be the "next" of an earlier page of this list.';
  return refuse(c, { code: 'invalid_request', detail });
}

async function withBody(c: Ask, answer: (body: unknown) => Promise<Response>): Promise<Response> {
  const read = await readBody(c.req.raw, DEFINITION_BYTES_MAX);
  if (!read.ok) return refuse(c, read.problem);
  if (read.text.trim() === '') return await answer({});
  const json = parseJson(read.text);
  return json.ok ? await answer(json.value) : refuse(c, json.problem);
}

async function saved(
  c: Ask,
  { database, writer }: QueryDeps,
  definition: Definition,
  status: 200 | 201,
): Promise<Response> {
  await writer.saveSegment(siteOf(c), definition);
  const answer = await findSegment(database, siteOf(c), definition.id);
  if (!answer) throw new Error('Invariant broken: a saved segment is found');
  return c.json(answer, status);
}

function wrongDefinition(errors: NonNullable<Problem['errors']>): Problem {
  const [first] = errors;
  const detail = first ? `${first.pointer}: ${first.detail}` : 'The definition is wrong.';
  return { code: 'invalid_definition', detail, errors };
}

function noSegment(c: Ask): Response {
  return refuse(c, { code: 'not_found', detail: 'There is no segment of this id; GET /v1/segments lists all.' });
}

function refuse(c: Ask, problem: Problem): Response {
  return problemResponse(c.req.path, problem);
}

function siteOf(c: Ask): number {
  return c.get('site').id;
}
