import { question } from '../operation.ts';
import { PAGE } from '../parameters.ts';
import {
  DeliveryPage,
  Replayed,
  ReplayWish,
  TestSent,
  Webhook,
  WebhookFields,
  WebhookPage,
  WebhookWithSecret,
} from '../schemas/webhooks.ts';

const tag = 'Webhooks';
const path = { id: 'The webhook’s id.' };

export const listWebhooks = question('read', {
  id: 'listWebhooks',
  tag,
  summary: 'All webhooks, the oldest first',
  answers: { 200: { description: 'All of them on one page.', json: WebhookPage } },
});

export const createWebhook = question('admin', {
  id: 'createWebhook',
  tag,
  summary: 'Have changes sent somewhere',
  body: { schema: WebhookFields },
  answers: { 201: { description: 'With its secret.', json: WebhookWithSecret } },
  problems: ['invalid_webhook', 'conflict', 'not_found'],
});

export const readWebhook = question('read', {
  id: 'readWebhook',
  tag,
  summary: 'One webhook',
  path,
  answers: { 200: { description: 'Without its secret.', json: Webhook } },
  problems: ['not_found'],
});

export const replaceWebhook = question('admin', {
  id: 'replaceWebhook',
  tag,
  summary: 'Change a webhook',
  path,
  body: { schema: WebhookFields },
  answers: { 200: { description: 'It is changed.', json: Webhook } },
  problems: ['invalid_webhook', 'not_found'],
});

export const removeWebhook = question('admin', {
  id: 'removeWebhook',
  tag,
  summary: 'Remove a webhook with all that waits for it',
  path,
  answers: { 204: { description: 'It is removed.' } },
  problems: ['not_found'],
});

export const rotateSecret = question('admin', {
  id: 'rotateSecret',
  tag,
  summary: 'Sign with a new secret',
  description: 'The present one signs beside it for a day.',
  path,
  answers: { 200: { description: 'With the new secret.', json: WebhookWithSecret } },
  problems: ['not_found'],
});

export const testWebhook = question('admin', {
  id: 'testWebhook',
  tag,
  summary: 'Send a message about nobody',
  path,
  answers: { 202: { description: 'It is on its way.', json: TestSent } },
  problems: ['not_found', 'conflict'],
});

export const listDeliveries = question('read', {
  id: 'listDeliveries',
  tag,
  summary: 'What was sent and waits to be, with every attempt',
  path,
  query: PAGE,
  answers: { 200: { description: 'A page of deliveries.', json: DeliveryPage } },
  problems: ['not_found', 'invalid_request'],
});

export const replayDeliveries = question('admin', {
  id: 'replayDeliveries',
  tag,
  summary: 'Send again what was sent',
  path,
  body: { schema: ReplayWish },
  answers: { 202: { description: 'They are on their way.', json: Replayed } },
  problems: ['not_found', 'invalid_request'],
});
