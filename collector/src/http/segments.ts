import type { Hono } from 'hono';
import type { Writer } from '../ingest/writer.ts';
import type { Page, SegmentAnswer } from '../query/answers.ts';
import { findSegment, listSegments } from '../query/segments.ts';
import type { Definition } from '../segments/definition.ts';
import { parseDefinition } from '../segments/parse-definition.ts';
import type { Database } from '../store/open.ts';
import { type Ask, refuse, siteOf, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/segments.ts';
import type { Problem } from './problem.ts';

export interface SegmentDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'saveSegment' | 'deleteSegment'>;
  readonly clock: () => number;
}

/** Definitions: read, saved, changed, removed. */
export function segmentRoutes(app: Hono<Asker>, deps: SegmentDeps): void {
  const { database, writer } = deps;
  app.get('/v1/segments', operations.listSegments, async (c) => {
    const data = await listSegments(database, siteOf(c));
    return c.json({ data, next: null } satisfies Page<SegmentAnswer>);
  });

  app.post('/v1/segments', operations.createSegment, (c) =>
    withBody(c, async (body) => {
      const parsed = parseDefinition(body);
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      const { id } = parsed.value;
      const saved = await writer.saveSegment(siteOf(c), parsed.value, 'free');
      if (saved.kind === 'saved') return await answerSaved(c, deps, id, 201);
      if (saved.kind === 'wrong') return refuse(c, wrongDefinition(saved.errors));
      const detail = `There is a segment "${id}"; change it with PUT /v1/segments/${id}.`;
      return refuse(c, { code: 'conflict', detail });
    }),
  );

  app.get('/v1/segments/:id', operations.readSegment, async (c) => {
    const found = await findSegment(database, siteOf(c), c.req.param('id'));
    return found ? c.json(found) : noSegment(c);
  });

  app.put('/v1/segments/:id', operations.replaceSegment, (c) =>
    withBody(c, async (body) => {
      const id = c.req.param('id');
      const parsed = parseDefinition(withId(body, id));
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      const saved = await writer.saveSegment(siteOf(c), parsed.value, 'taken');
      if (saved.kind === 'wrong') return refuse(c, wrongDefinition(saved.errors));
      return saved.kind === 'saved' ? await answerSaved(c, deps, id, 200) : noSegment(c);
    }),
  );

  app.delete('/v1/segments/:id', operations.removeSegment, async (c) => {
    const id = c.req.param('id');
    const removed = await writer.deleteSegment(siteOf(c), id);
    if (removed.kind === 'missing') return noSegment(c);
    if (removed.kind === 'deleted') return c.body(null, 204);
    const names = removed.by.map((name) => `"${name}"`).join(', ');
    const detail = `Other segments refer to "${id}": ${names}. Change or delete them first.`;
    return refuse(c, { code: 'in_use', detail });
  });
}

/** Answers with a segment as it now is. */
export async function answerSaved(
  c: Ask,
  { database }: Pick<SegmentDeps, 'database'>,
  id: Definition['id'],
  status: 200 | 201,
): Promise<Response> {
  const answer = await findSegment(database, siteOf(c), id);
  // Somebody may have deleted it in between.
  return answer ? c.json(answer, status) : noSegment(c);
}

export function wrongDefinition(errors: NonNullable<Problem['errors']>): Problem {
  const [first] = errors;
  const detail = first ? `${first.pointer}: ${first.detail}` : 'The definition is wrong.';
  return { code: 'invalid_definition', detail, errors };
}

export function noSegment(c: Ask): Response {
  const detail = 'There is no segment of this id; GET /v1/segments lists all.';
  return refuse(c, { code: 'not_found', detail });
}

/** The address says which segment is meant, whatever the body calls it. */
export function withId(body: unknown, id: string): unknown {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body, id } : body;
}
