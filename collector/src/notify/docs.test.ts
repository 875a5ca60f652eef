import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { parseWebhookFields } from '../http/webhook-fields.ts';

const PAGE = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');

type Verify = (secret: string, headers: Record<string, string>, body: string) => unknown;

/** The page's example, run as it stands. */
async function example(): Promise<Verify> {
  const source = /```js\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  const module: unknown = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
  );
  return (module as { verify: Verify }).verify;
}

function signed(secrets: readonly string[], at: Date, body: string): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign('msg_1', at, body));
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

test('the example takes what is signed, and nothing else', async () => {
  const verify = await example();
  const [secret, old] = [`whsec_${'A'.repeat(44)}`, `whsec_${'B'.repeat(44)}`];
  const now = new Date();
  const body = '{"type":"segment.entered"}';
  expect(verify(secret, signed([secret], now, body), body)).toEqual({ type: 'segment.entered' });
  expect(verify(secret, signed([old, secret], now, body), body)).toBeDefined();
  expect(() => verify(secret, signed([old], now, body), body)).toThrow('Wrong signature');
  expect(() => verify(secret, signed([secret], now, body), `${body} `)).toThrow('Wrong signature');
  const early = new Date(now.getTime() - 301_000);
  expect(() => verify(secret, signed([secret], early, body), body)).toThrow('Too old');
  const forged = { ...signed([secret], now, body), 'webhook-timestamp': 'x' };
  expect(() => verify(secret, forged, body)).toThrow('Too old');
});

test('the body with which the page sets a webhook up is one', () => {
  const body = /-d '(\{.*\})'/.exec(PAGE)?.[1] ?? '';
  expect(parseWebhookFields(JSON.parse(body), new Set())).toMatchObject({ ok: true });
});
