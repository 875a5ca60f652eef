/**
 * The collector as it would be written first: the same routes, the same deciding, the same tables,
 * but each request is a transaction of its own and each row a statement of its own, through drizzle.
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { ingestRoutes } from '../src/http/ingest.ts';
import { createIdMaker } from '../src/identity/own-id.ts';
import { IDS_PER_PROFILE_MAX } from '../src/identity/profile.ts';
import { decideGroup } from '../src/ingest/group.ts';
import type { Write } from '../src/ingest/outcome.ts';
import { compilePlan } from '../src/segments/plan.ts';
import { loadDefinitions } from '../src/store/definitions.ts';
import { loadKeys } from '../src/store/keys.ts';
import { loadTick } from '../src/store/meta.ts';
import { openWriter } from '../src/store/open.ts';
import { naiveUnit } from './naive-unit.ts';

const [, , url = ''] = process.argv;
const database = await openWriter({ url });
const plans = new Map(
  (await loadDefinitions(database)).map(({ site, segments, scores, revision, timeZone }) => [
    site,
    compilePlan(segments, revision, timeZone, scores),
  ]),
);
const ids = createIdMaker(await loadTick(database), Date.now());

let last: Promise<unknown> = Promise.resolve();
/** The driver takes one transaction at a time, so requests stand in a row. */
const write: Write = (request) => {
  const written = last.then(() =>
    database.transaction(async (tx) => {
      const ports = {
        ...{ planOf, emailOf: () => undefined, newId: ids.next, tick: ids.tick },
        ...{ nowMs: Date.now(), idsMax: IDS_PER_PROFILE_MAX },
      };
      return (await decideGroup(naiveUnit(tx), [request], ports)).outcomes;
    }),
  );
  last = written.catch(() => {});
  return written.then(([outcome]) => {
    if (outcome === undefined) throw new Error('Invariant broken: a request has an outcome');
    return outcome;
  });
};

function planOf(site: number) {
  const plan = plans.get(site);
  if (plan === undefined) throw new Error(`Invariant broken: site ${site} exists`);
  return plan;
}

const app = new Hono();
const keys = await loadKeys(database);
const report = (error: unknown) => process.stderr.write(`${String(error)}\n`);
const retentionMs = 395 * 86_400_000;
app.route('/', ingestRoutes({ clock: Date.now, keys, retentionMs, write, report }));
/** While it writes it reads nothing, and must not take those who wait for it for idle. */
const keepAliveTimeout = 120_000;
const options = {
  fetch: app.fetch,
  port: 0,
  hostname: '127.0.0.1',
  serverOptions: { keepAliveTimeout },
};
serve(options, ({ port, address }) => {
  process.stdout.write(`http://${address}:${port}\n`);
});
