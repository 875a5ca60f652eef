import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { parsePublicId, publicId } from '../identity/own-id.ts';
import { parseInstant } from '../instant.ts';
import type { AllowedHosts } from '../notify/destination.ts';
import { type Outgoing, WEBHOOKS_PER_SITE_MAX } from '../notify/outgoing.ts';
import type {
  Page,
  ReplayAnswer,
  WebhookAnswer,
  WebhookSecretAnswer,
  WebhookTestAnswer,
} from '../query/answers.ts';
import { findWebhook, listDeliveries, listWebhooks } from '../query/webhooks.ts';
import type { Database } from '../store/open.ts';
import type { Selection } from '../store/outgoing.ts';
import { type Ask, refuse, siteOf, withBody, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/webhooks.ts';
import { parseWebhookFields } from './webhook-fields.ts';

export interface WebhookDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly outgoing: Omit<Outgoing, 'claim' | 'settle'>;
  /** Hosts that webhooks may reach though they are not on the public internet. */
  readonly webhookHosts: AllowedHosts;
}

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** Where changes are sent to, and what became of what was sent. */
export function webhookRoutes(app: Hono<Asker>, deps: WebhookDeps): void {
  const { database, outgoing } = deps;
  app.get('/v1/webhooks', operations.listWebhooks, async (c) => {
    const data = await listWebhooks(database, siteOf(c));
    return c.json({ data, next: null } satisfies Page<WebhookAnswer>);
  });

  app.post('/v1/webhooks', operations.createWebhook, (c) =>
    withBody(c, async (body) => {
      const parsed = parseWebhookFields(body, deps.webhookHosts);
      if (!parsed.ok) return refuse(c, parsed.problem);
      const secret = newSecret();
      const id = await outgoing.createWebhook(siteOf(c), parsed.fields, secret);
      if (id !== undefined) return await answerSecret(c, deps, id, secret, 201);
      const detail = `A site has at most ${WEBHOOKS_PER_SITE_MAX} webhooks.`;
      return refuse(c, { code: 'conflict', detail, limit: WEBHOOKS_PER_SITE_MAX });
    }),
  );

  app.get(
    '/v1/webhooks/:id',
    operations.readWebhook,
    async (c) => await answerWebhook(c, deps, idOf(c)),
  );

  app.put('/v1/webhooks/:id', operations.replaceWebhook, (c) =>
    withBody(c, async (body) => {
      const parsed = parseWebhookFields(body, deps.webhookHosts);
      if (!parsed.ok) return refuse(c, parsed.problem);
      const changed = await outgoing.changeWebhook(siteOf(c), idOf(c), parsed.fields);
      return changed ? await answerWebhook(c, deps, idOf(c)) : noWebhook(c);
    }),
  );

  app.delete('/v1/webhooks/:id', operations.removeWebhook, async (c) => {
    const removed = await outgoing.removeWebhook(siteOf(c), idOf(c));
    return removed ? c.body(null, 204) : noWebhook(c);
  });

  app.post('/v1/webhooks/:id/rotate', operations.rotateSecret, async (c) => {
    const secret = newSecret();
    const rotated = await outgoing.rotateSecret(siteOf(c), idOf(c), secret);
    return rotated ? await answerSecret(c, deps, idOf(c), secret, 200) : noWebhook(c);
  });
  deliveryRoutes(app, deps);
}

function deliveryRoutes(app: Hono<Asker>, { database, outgoing }: WebhookDeps): void {
  app.post('/v1/webhooks/:id/test', operations.testWebhook, async (c) => {
    const message = await outgoing.sendTest(siteOf(c), idOf(c));
    if (message === undefined) return noWebhook(c);
    if (message !== 'disabled') {
      const answer = { delivery: publicId('msg', message) } satisfies WebhookTestAnswer;
      return c.json(answer, 202);
    }
    const detail = 'The webhook is disabled: nothing is sent to it. Enable it first.';
    return refuse(c, { code: 'conflict', detail });
  });

  app.get('/v1/webhooks/:id/deliveries', operations.listDeliveries, async (c) => {
    const found = await findWebhook(database, siteOf(c), idOf(c));
    if (!found) return noWebhook(c);
    return await withPage(c, 1, async (page) =>
      c.json(await listDeliveries(database, idOf(c), page)),
    );
  });

  app.post('/v1/webhooks/:id/replay', operations.replayDeliveries, (c) =>
    withBody(c, async (body) => {
      const which = parseSelection(body);
      if (which === undefined) {
        const detail =
          'Send {"delivery": "msg_…"}, {"failed": true}, or {"from": "…", "to": "…"} with instants.';
        return refuse(c, { code: 'invalid_request', detail });
      }
      const replayed = await outgoing.replay(siteOf(c), idOf(c), which);
      if (replayed === undefined) return noWebhook(c);
      return c.json({ replayed } satisfies ReplayAnswer, 202);
    }),
  );
}

const SelectionBody = z.union([
  z.strictObject({ delivery: z.string() }),
  z.strictObject({ failed: z.literal(true) }),
  z.strictObject({ from: z.string(), to: z.string() }),
]);

function parseSelection(body: unknown): Selection | undefined {
  const parsed = SelectionBody.safeParse(body);
  if (!parsed.success) return undefined;
  if ('failed' in parsed.data) return parsed.data;
  if ('delivery' in parsed.data) {
    const message = parsePublicId('msg', parsed.data.delivery);
    return message === undefined ? undefined : { message };
  }
  const [fromMs, untilMs] = [parseInstant(parsed.data.from), parseInstant(parsed.data.to)];
  return fromMs === undefined || untilMs === undefined ? undefined : { fromMs, untilMs };
}

async function answerWebhook(c: Ask, { database }: WebhookDeps, id: number): Promise<Response> {
  const found = await findWebhook(database, siteOf(c), id);
  return found ? c.json(found) : noWebhook(c);
}

/** The only answers that show a secret: whoever loses it makes a new one. */
async function answerSecret(
  c: Ask,
  { database }: WebhookDeps,
  id: number,
  secret: string,
  status: 200 | 201,
): Promise<Response> {
  const found = await findWebhook(database, siteOf(c), id);
  // Somebody may have deleted it in between.
  return found ? c.json({ ...found, secret } satisfies WebhookSecretAnswer, status) : noWebhook(c);
}

/** The id in the address; one that we cannot have given is nobody's. */
function idOf(c: Ask): number {
  return parsePublicId('whk', c.req.param('id') ?? '') ?? 0;
}

function noWebhook(c: Ask): Response {
  const detail = 'There is no webhook of this id; GET /v1/webhooks lists all.';
  return refuse(c, { code: 'not_found', detail });
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
