import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Collector, createCollector, UNLIMITED } from '../collector.ts';
import { SPENDTHRIFT, settingsOf } from './sabotages.ts';

const EVENTS = 150;
const PACE_MS = 10;
/** A page that sends so late holds nobody up; a machine that is busy with other work may take this. */
const P99_MS_MAX = 1_000;
const SOCKETS = 50;
const DRIP_MS = 200;
/** Attackers have the same few machines as everybody: each does one thing after the other. */
const ATTACK_PAUSE_MS = 5;

const BOMB = new Uint8Array(gzipSync(new Uint8Array(150_000_000)));

/** What one attacker does again and again, and how it must be told. */
const ATTACKS: readonly {
  readonly path: string;
  readonly body?: (writeKey: string) => BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly told: number;
}[] = [
  { path: '/v1/batch', body: () => BOMB, told: 413 },
  { path: '/v1/batch', body: () => '['.repeat(450_000), told: 400 },
  {
    path: '/v1/batch',
    body: (writeKey) => JSON.stringify({ writeKey, batch: Array(500).fill(1) }),
    told: 200,
  },
  { path: '/v1/batch', body: () => '{"writeKey":"wk_guess","batch":[]}', told: 401 },
  { path: '/v1/profiles/ada', headers: { Authorization: 'Bearer sk_guess' }, told: 401 },
  { path: '/v1/events', headers: { 'X-Flood': 'x'.repeat(17_000) }, told: 431 },
];

/** Lets attackers do what they can, all of them at once, until `signal` ends it. */
async function attack(collector: Collector, signal: AbortSignal): Promise<readonly number[]> {
  const wrong: number[] = [];
  const loops = ATTACKS.map(async ({ path, body, headers = {}, told }) => {
    const method = body === undefined ? 'GET' : 'POST';
    while (!signal.aborted) {
      const content = body?.(collector.writeKey);
      const request = { method, headers, ...(content !== undefined && { body: content }) };
      // Who is cut off while sending hears nothing; that is an answer, too.
      const status = await fetch(collector.url + path, request).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => told,
      );
      if (status !== told) wrong.push(status);
      await wait(ATTACK_PAUSE_MS);
    }
  });
  await Promise.all(loops);
  return wrong;
}

/** Opens connections that say one byte now and then, and never end. */
function drip(collector: Collector, signal: AbortSignal): void {
  const { hostname, port } = new URL(collector.url);
  for (let number = 0; number < SOCKETS; number += 1) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write('POST /v1/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n{');
    const dripping = setInterval(() => socket.write(' '), DRIP_MS);
    const end = () => {
      clearInterval(dripping);
      socket.destroy();
    };
    socket.once('close', end);
    signal.addEventListener('abort', end);
  }
}

/** The time that 99 of 100 events of a good sender are answered in, in milliseconds. */
async function p99Ms(collector: Collector): Promise<number> {
  const took: number[] = [];
  for (let number = 0; number < EVENTS; number += 1) {
    const event = { type: 'page', anonymousId: 'good', messageId: `m${number}` };
    const body = JSON.stringify({ writeKey: collector.writeKey, ...event });
    const beganMs = performance.now();
    const response = await fetch(`${collector.url}/v1/page`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ accepted: 1 });
    took.push(performance.now() - beganMs);
    await wait(PACE_MS);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(EVENTS * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
}

async function underAttack(settings: Readonly<Record<string, string>> = {}) {
  const collector = await createCollector({ ...UNLIMITED, ...settings });
  const over = new AbortController();
  try {
    await collector.start();
    drip(collector, over.signal);
    const attacks = attack(collector, over.signal);
    const p99 = await p99Ms(collector);
    over.abort();
    return { p99, wrong: await attacks };
  } finally {
    over.abort();
    await collector.kill();
    await collector.remove();
  }
}

test('a good sender keeps its pace beside attackers, each of whom is told what is wrong', async () => {
  const { p99, wrong } = await underAttack();
  expect(wrong).toEqual([]);
  expect(p99).toBeLessThan(P99_MS_MAX);
});

test.each(SPENDTHRIFT)('beside them a collector that $name is found out', async (sabotage) => {
  const { p99, wrong } = await underAttack(settingsOf(sabotage));
  expect(wrong.length > 0 || p99 > P99_MS_MAX, `p99 ${p99} ms, ${wrong.length} wrong`).toBe(true);
});
