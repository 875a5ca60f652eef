/** The floor of any collector in Hono: it parses the batch, keeps nothing, and answers in JSON. */
import { serve } from '@hono/node-server';
import type { WireAnswer, WireBatch } from '@inkling/sdk/protocol';
import { Hono } from 'hono';

const app = new Hono();
app.post('/v1/batch', async (c) => {
  const { batch } = JSON.parse(await c.req.text()) as WireBatch;
  const accepted = batch.length;
  return c.json({
    accepted,
    duplicate: 0,
    rejected: 0,
    dropped: 0,
    results: [],
  } satisfies WireAnswer);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port, address }) => {
  process.stdout.write(`http://${address}:${port}\n`);
});
