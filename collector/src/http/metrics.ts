import type { Hono } from 'hono';
import { Gauge, type Registry } from 'prom-client';
import type { Writer } from '../ingest/writer.ts';
import { countWaiting, WAITING_COUNTED_MAX } from '../query/webhooks.ts';
import type { Database } from '../store/open.ts';
import { oneAtATime, within } from '../within.ts';
import { type Asker, type AuthDeps, authenticate } from './auth.ts';
import * as operations from './openapi/operations/site.ts';
import { problemResponse } from './problem.ts';

export interface MetricsDeps extends AuthDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'figures'>;
  /** Whose keys read the figures of all sites together. */
  readonly defaultSite: number;
  readonly report: (error: unknown) => void;
}

/** Prometheus gives up after ten seconds; without the writer's figures the others are worth having. */
const WRITER_MS_MAX = 2_000;

/** The figures that Prometheus collects: those of `registry`, and those that the writer keeps. */
export function metricsRoute(app: Hono, deps: MetricsDeps, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'inkling_webhook_deliveries_waiting',
    help: `Messages that a webhook has not taken yet, counted up to ${WAITING_COUNTED_MAX}.`,
    registers,
    async collect() {
      try {
        this.set(await countWaiting(deps.database));
      } catch (error) {
        // Figures are wanted most while something is broken: this one is then left out.
        this.remove();
        deps.report(error);
      }
    },
  });
  const writerAnswers = new Gauge({
    name: 'inkling_writer_answers',
    help: 'Whether the writer told its figures: 1, or 0 while it hangs or is gone.',
    registers,
  });
  const askWriter = oneAtATime(() => deps.writer.figures());
  app.use<string, Asker>('/metrics', authenticate(deps));
  app.get('/metrics', operations.metrics, async (c) => {
    if (c.get('site').id !== deps.defaultSite) {
      const detail = 'The figures are of all sites together: use a key of the default site.';
      return problemResponse(c.req.path, { code: 'forbidden', detail });
    }
    const writer = await within(WRITER_MS_MAX, askWriter());
    if (writer.kind === 'failed') deps.report(writer.error);
    writerAnswers.set(writer.kind === 'answered' ? 1 : 0);
    const own = await registry.metrics();
    c.header('Content-Type', registry.contentType);
    return c.body(writer.kind === 'answered' ? own + writer.value : own);
  });
}
