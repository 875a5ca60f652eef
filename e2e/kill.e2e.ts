import { expect, test } from '@playwright/test';
import type { QuarantineAnswer, StatsAnswer } from '../collector/src/query/answers.ts';
import { eventsOf } from './arrived.ts';
import { type Collector, createCollector } from './collector.ts';

const KILLS = 4;
const SENDERS = 4;
/** Batches that are answered before each kill; some more are under way then. */
const BATCHES_BEFORE_KILL = 25;

/** What senders were told, and what they sent without hearing. */
interface Told {
  accepted: number;
  rejected: number;
}

/** Sends batches, one after the other, of two good events and a bad one, until it is cut off. */
async function sendUntilCut(collector: Collector, name: string, told: Told, answered: () => void) {
  for (let number = 0; ; number += 1) {
    const anonymousId = `${name}-${number % 5}`;
    const batch = [
      { type: 'page', anonymousId, messageId: `${name}-${number}-a` },
      { type: 'track', anonymousId },
      { type: 'page', anonymousId, messageId: `${name}-${number}-b` },
    ];
    try {
      const body = JSON.stringify({ writeKey: collector.writeKey, batch });
      const response = await fetch(`${collector.url}/v1/batch`, { method: 'POST', body });
      const answer = (await response.json()) as Told;
      told.accepted += answer.accepted;
      told.rejected += answer.rejected;
    } catch {
      return;
    }
    answered();
  }
}

test('whenever it is killed, what is counted is what is stored, and nothing less than was told', async () => {
  const collector = await createCollector();
  const told: Told = { accepted: 0, rejected: 0 };
  try {
    await collector.start();
    for (let kill = 0; kill < KILLS; kill += 1) {
      let left = BATCHES_BEFORE_KILL;
      let isKilled: Promise<void> | undefined;
      const answered = () => {
        left -= 1;
        if (left <= 0) isKilled ??= collector.kill();
      };
      const senders = Array.from({ length: SENDERS }, (_, sender) =>
        sendUntilCut(collector, `visitor-${kill}-${sender}`, told, answered),
      );
      await Promise.all(senders);
      await isKilled;
      await collector.start();

      const { total } = await collector.api<StatsAnswer>('/v1/stats');
      const { received, accepted, duplicate, rejected, dropped } = total;
      expect(received).toBe(accepted + duplicate + rejected + dropped);
      expect(accepted).toBe((await eventsOf(collector)).length);
      expect(rejected).toBe(await quarantined(collector));
      expect(accepted).toBe(2 * rejected);
      expect(accepted).toBeGreaterThanOrEqual(told.accepted);
      expect(rejected).toBeGreaterThanOrEqual(told.rejected);
      expect(accepted - told.accepted).toBeLessThanOrEqual((kill + 1) * SENDERS * 2);
    }
    expect(told.accepted).toBeGreaterThanOrEqual(KILLS * BATCHES_BEFORE_KILL * 2);
  } finally {
    await collector.remove();
  }
});

async function quarantined(collector: Collector): Promise<number> {
  let count = 0;
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const page: { readonly data: readonly QuarantineAnswer[]; readonly next: string | null } =
      await collector.api(`/v1/quarantine?limit=500${cursor}`);
    count += page.data.length;
    next = page.next;
  }
  return count;
}
