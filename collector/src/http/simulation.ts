import type { Hono } from 'hono';
import { listTrueMembers } from '../query/members-then.ts';
import { planOf } from '../query/replay.ts';
import { findStoredSegment, wrongReferences } from '../query/segments.ts';
import { diff, preview, type Scene } from '../query/simulate.ts';
import { parseConditionOnly, parseDefinition } from '../segments/parse-definition.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import { type Ask, refuse, withBody, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/segments.ts';
import { noSegment, type SegmentDeps, withId, wrongDefinition } from './segments.ts';

type SimulationDeps = Pick<SegmentDeps, 'database' | 'clock'>;

/** What a definition being written may still lack. */
const UNNAMED = { id: 'preview', name: 'Preview', kind: 'implicit' } as const;

/** Definitions that are not saved, run over the history. */
export function simulationRoutes(app: Hono<Asker>, deps: SimulationDeps): void {
  const { database } = deps;
  app.post('/v1/segments/preview', operations.previewSegment, (c) =>
    withBody(c, async (body) => {
      const parsed = parseDefinition(isObject(body) ? { ...UNNAMED, ...body } : body);
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      const scene = await sceneOf(c, deps);
      const wrong = wrongReferences(parsed.value, scene);
      if (wrong.length > 0) return refuse(c, wrongDefinition(wrong));
      return c.json(await preview(database, parsed.value, scene));
    }),
  );

  app.post('/v1/segments/:id/diff', operations.diffSegment, async (c) => {
    const scene = await sceneOf(c, deps);
    const id = c.req.param('id');
    const segment = await findStoredSegment(database, scene.site, id);
    if (!segment) return noSegment(c);
    const { definition: current } = segment;
    return await withBody(c, async (body) => {
      const named = { name: current.name, kind: current.kind };
      const whole = isObject(body) ? { ...named, ...body } : body;
      const parsed = parseDefinition(withId(whole, id));
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      const wrong = wrongReferences(parsed.value, scene);
      if (wrong.length > 0) return refuse(c, wrongDefinition(wrong));
      return c.json(await diff(database, { current, proposed: parsed.value }, scene));
    });
  });

  app.post('/v1/query', operations.queryPeople, (c) =>
    withBody(c, async (body) => {
      const parsed = parseConditionOnly(body);
      if (!parsed.ok) return refuse(c, wrongDefinition(parsed.errors));
      const scene = await sceneOf(c, deps);
      const { site, timeZone, nowMs } = scene;
      const definition = { ...UNNAMED, if: parsed.value };
      const wrong = wrongReferences(definition, scene);
      if (wrong.length > 0) return refuse(c, wrongDefinition(wrong));
      const plan = planOf([definition], timeZone, scene);
      return await withPage(c, 1, async (page) =>
        c.json(await listTrueMembers(database, { site, plan, key: 1 }, nowMs, page)),
      );
    }),
  );
}

/** One look at the site's definitions serves both the check and the run. */
async function sceneOf(c: Ask, { database, clock }: SimulationDeps): Promise<Scene> {
  const { id: site, timeZone } = c.get('site');
  const { segments, scores } = await loadSiteDefinitions(database, site);
  return { site, timeZone, nowMs: clock(), segments, scores };
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
