import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReceiver, type Receiver } from './receiver.ts';

let receiver: Receiver;

beforeEach(async () => {
  receiver = await openReceiver();
});

afterEach(async () => {
  await receiver.leave();
});

async function post(body: string | Uint8Array<ArrayBuffer>): Promise<number> {
  return (await fetch(receiver.url, { method: 'POST', body })).status;
}

const json = JSON.stringify({ batch: [{ event: 'mark-a', properties: { plan: 'pro' } }] });
const form = `data=${encodeURIComponent(Buffer.from(json).toString('base64'))}&v=1`;

describe('an event is counted once', () => {
  test.each([
    { how: 'in a batch', body: json },
    { how: 'gzipped', body: new Uint8Array(gzipSync(json)) },
    { how: 'as base64 in a form', body: form },
    { how: 'by Plausible', body: '{"n":"mark-a","u":"http://shop.example/"}' },
    { how: 'by OpenPanel', body: '{"type":"track","payload":{"name":"mark-a"}}' },
  ])('$how', async ({ body }) => {
    expect(await post(body)).toBe(200);
    expect([...receiver.arrived]).toEqual([['mark-a', [undefined]]]);
  });
});

test('each copy is told by its id', async () => {
  await post('{"event":"mark-a","messageId":"1"}');
  await post('[{"event":"mark-a","messageId":"1"},{"event":"mark-a","uuid":"2"}]');
  expect(receiver.arrived.get('mark-a')).toEqual(['1', '1', '2']);
});

test('what is refused has not arrived, until it is taken again', async () => {
  receiver.refuse({ status: 429, headers: { 'Retry-After': '2' } });
  expect(await post('{"event":"not of the matrix"}')).toBe(200);
  expect(await post(json)).toBe(429);
  expect([receiver.refused(), receiver.arrived.size]).toEqual([1, 0]);
  receiver.refuse(undefined);
  expect(await post(json)).toBe(200);
  expect(receiver.arrived.size).toBe(1);
});

test('only bodies of too many events are refused as too large', async () => {
  receiver.refuse({ status: 413, eventsMax: 1 });
  expect(await post(json)).toBe(200);
  expect(await post(`[${json},${json}]`)).toBe(413);
});

test('nobody answers while it is away, and it comes back to the same address', async () => {
  await receiver.leave();
  await expect(post(json)).rejects.toThrow();
  await receiver.comeBack();
  expect(await post(json)).toBe(200);
});
