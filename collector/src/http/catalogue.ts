import type { Hono } from 'hono';
import type { CatalogueAnswer, Page } from '../query/answers.ts';
import { listSegments } from '../query/segments.ts';
import { catalogue, instantiate } from '../segments/catalogue.ts';
import { definitionWords } from '../segments/words.ts';
import { refuse, siteOf, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/segments.ts';
import { answerSaved, type SegmentDeps, wrongDefinition } from './segments.ts';

/** Ready-made segments, and how they become one's own. */
export function catalogueRoutes(app: Hono<Asker>, deps: SegmentDeps): void {
  app.get('/v1/catalogue', operations.listCatalogue, async (c) => {
    const segments = await listSegments(deps.database, siteOf(c));
    const installed = new Set(segments.map(({ id }) => id));
    const data = catalogue.flatMap(({ id, name, description, kind, parameters }) => {
      const made = instantiate(id);
      if (!made.ok) return [];
      const { if: condition } = made.value;
      const answer: CatalogueAnswer = {
        ...{ id, name, description, kind, parameters },
        if: condition,
        words: definitionWords(made.value),
        installed: installed.has(made.value.id),
      };
      return [answer];
    });
    return c.json({ data, next: null } satisfies Page<CatalogueAnswer>);
  });

  app.post('/v1/catalogue/:id/install', operations.installSegment, (c) =>
    withBody(c, async (body) => {
      const id = c.req.param('id');
      if (!catalogue.some((entry) => entry.id === id)) {
        return refuse(c, { code: 'not_found', detail: `The catalogue has no segment "${id}".` });
      }
      const made = instantiate(id, paramsOf(body));
      if (!made.ok) return refuse(c, wrongDefinition(made.errors));
      const saved = await deps.writer.saveSegment(siteOf(c), made.value);
      if (saved.kind === 'wrong') return refuse(c, wrongDefinition(saved.errors));
      return await answerSaved(c, deps, made.value.id, 201);
    }),
  );
}

function paramsOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'params' in body ? body.params : {};
}
