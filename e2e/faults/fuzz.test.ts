import { randomInt } from 'node:crypto';
import type { WireAnswer } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CountsAnswer, StatsAnswer } from '../../collector/src/query/answers.ts';
import { almostRight, anything, eventsIn } from '../../collector/testing/payloads.ts';
import { eventsOf } from '../arrived.ts';
import { type Collector, createCollector, UNLIMITED } from '../collector.ts';
import { CARELESS, settingsOf } from './sabotages.ts';

const PAYLOADS = Number(process.env.FUZZ_PAYLOADS ?? 10_000);
const SEED = Number(process.env.PROPERTY_SEED ?? randomInt(2 ** 31));
/** Among the first thousand payloads of it is what each careless collector stumbles over. */
const TELLING_SEED = 2;
const AT_ONCE = 50;
/** More than this of memory for a payload that is answered and gone is a leak, whatever is cached. */
const GROWTH_BYTES_MAX = 300 * 2 ** 20;
const TEST_MS_MAX = Math.max(120_000, PAYLOADS * 20);

type Properties = Readonly<Record<string, unknown>>;

/** What comes back as it was sent: no ids, addresses and numbers that look like somebody's. */
const word = fc.string({ unit: 'grapheme', maxLength: 12 });
const plain = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,3}[0-9]$/),
  fc.oneof(word, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.array(word)),
  { maxKeys: 5 },
);
const chunk = fc.record({
  payloads: fc.array(fc.oneof(anything, almostRight), { minLength: AT_ONCE, maxLength: AT_ONCE }),
  kept: plain,
});

let collector: Collector;
let sent: Map<string, Properties>;
beforeEach(() => {
  sent = new Map();
});
afterEach(async () => {
  await collector.kill();
  await collector.remove();
});

async function start(sabotage?: (typeof CARELESS)[number]): Promise<void> {
  collector = await createCollector({ ...UNLIMITED, ...settingsOf(sabotage) });
  await collector.start();
}

/** @returns What is wrong with an answer; `undefined` if nothing is. */
async function post(path: string, body: unknown): Promise<string | undefined> {
  const text = JSON.stringify(body);
  const address = `${collector.url}${path}?writeKey=${collector.writeKey}`;
  const response = await fetch(address, { method: 'POST', body: text });
  const answer = (await response.json()) as Partial<WireAnswer> & { readonly code?: string };
  if (response.status >= 400 && response.status < 500) {
    return typeof answer.code === 'string' ? undefined : 'a refusal says not why';
  }
  if (response.status !== 200) return `answered ${response.status}`;
  const { accepted = -1, duplicate = -1, rejected = -1, dropped = -1, results = [] } = answer;
  const received = eventsIn(path, JSON.parse(text));
  if (accepted + duplicate + rejected + dropped !== received) return 'counts do not add up';
  if (results.length !== received - accepted) return 'an event has no result';
  return undefined;
}

/** Sends payloads through the doors, many at a time, and among them what must be there afterwards. */
async function fuzz(payloads: number, seed: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(chunk, async ({ payloads: some, kept }) => {
      const messageId = `kept-${sent.size}`;
      sent.set(messageId, kept);
      const body = {
        ...{ messageId, type: 'track', event: 'Kept' },
        anonymousId: 'a',
        properties: kept,
      };
      const answers = await Promise.all([
        post('/v1/track', body),
        ...some.map(({ path, body: each }) => post(path, each)),
      ]);
      expect(answers.filter((wrong) => wrong !== undefined)).toEqual([]);
    }),
    { numRuns: Math.ceil(payloads / AT_ONCE), seed, endOnFailure: true },
  );
}

/** Holds what is kept against what was sent, and counters against rows. */
async function expectKept(): Promise<void> {
  const events = await eventsOf(collector);
  const found = new Map(events.map(({ messageId, properties }) => [messageId, properties]));
  for (const [messageId, properties] of sent) {
    expect(found.get(messageId), 'comes back changed').toEqual(
      JSON.parse(JSON.stringify(properties)),
    );
  }
  const { total } = await collector.api<StatsAnswer>('/v1/stats');
  expect(total.accepted).toBe(events.length);
  expect(total.received).toBe(sumOf(total));
}

function sumOf({ accepted, duplicate, rejected, dropped }: CountsAnswer): number {
  return accepted + duplicate + rejected + dropped;
}

async function memoryBytes(): Promise<number> {
  const headers = { Authorization: `Bearer ${collector.secretKey}` };
  const text = await (await fetch(`${collector.url}/metrics`, { headers })).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

/** Payloads, and then everything that they must leave as it should be. */
async function expectUnharmed(payloads: number, seed: number): Promise<void> {
  await fuzz(payloads / 10, seed);
  const beforeBytes = await memoryBytes();
  await fuzz(payloads, seed);
  expect(collector.lives()).toBe(true);
  const grownBytes = (await memoryBytes()) - beforeBytes;
  expect(grownBytes, 'memory grew').toBeLessThan(GROWTH_BYTES_MAX);
  expect(collector.logs()).not.toContain('"trouble"');
  await expectKept();
}

test(
  `${PAYLOADS} payloads: none is a fault of ours, all are counted, and what was taken comes back equal`,
  async () => {
    await start();
    await expectUnharmed(PAYLOADS, SEED);
  },
  TEST_MS_MAX,
);

test.each(CARELESS)('a collector that $name is found out', async (sabotage) => {
  await start(sabotage);
  const said = await expectUnharmed(1_000, TELLING_SEED).catch(
    (error: Error) => `${error} ${error.cause}`,
  );
  expect(said).toMatch(sabotage.says);
});
