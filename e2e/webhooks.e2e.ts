import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { Webhook } from 'standardwebhooks';
import type { Page, WebhookSecretAnswer } from '../collector/src/query/answers.ts';
import { createCollector } from './collector.ts';

test('a person who enters a segment is told to a webhook, across threads and a restart', async () => {
  const received: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const body = Buffer.concat(chunks).toString();
    received.push({ headers: Object.fromEntries(headers), body });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const collector = await createCollector({ WEBHOOK_ALLOW_HOSTS: '127.0.0.1' });
  try {
    await collector.start();
    const body = { url, types: ['segment.entered'] };
    const made = await collector.api<WebhookSecretAnswer>('/v1/webhooks', { method: 'POST', body });
    const definition = { id: 'viewers', name: 'Viewers', kind: 'implicit', if: { did: 'page' } };
    await collector.api('/v1/segments', { method: 'POST', body: definition });
    const enter = (anonymousId: string) =>
      fetch(`${collector.url}/v1/page`, {
        method: 'POST',
        body: JSON.stringify({ writeKey: collector.writeKey, anonymousId }),
      });
    const told = () =>
      received.map((each) => {
        const message: unknown = new Webhook(made.secret).verify(each.body, each.headers);
        return message;
      });
    const entered = (anonymousId: string) =>
      expect.objectContaining({
        ...{ type: 'segment.entered', segment: expect.objectContaining({ id: 'viewers' }) },
        profile: expect.objectContaining({ anonymousIds: [anonymousId] }),
      });
    await enter('a');
    await expect.poll(told).toEqual([entered('a')]);
    await collector.stop();
    await collector.start();
    await enter('b');
    await expect.poll(told).toEqual([entered('a'), entered('b')]);
    const { data } = await collector.api<Page<unknown>>(`/v1/webhooks/${made.id}/deliveries`);
    expect(data).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
  } finally {
    await collector.remove();
    receiver.close();
    receiver.closeAllConnections();
  }
});
