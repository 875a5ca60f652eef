import { setTimeout as wait } from 'node:timers/promises';
import type { WireAnswer } from '@inkling/sdk/protocol';
import type { SegmentAnswer } from '../../collector/src/query/answers.ts';
import type { Collector } from '../collector.ts';

/** A sender waits so long before it sends again what was not taken. */
const AGAIN_MS = 20;
const SENDERS = 4;
const PEOPLE_PER_SENDER = 3;
const ANSWER_MS_MAX = 20_000;

/** What senders were told. */
export interface Told {
  /** messageIds of events that were said to be taken, now or before. */
  readonly acknowledged: Set<string>;
  rejected: number;
  /** How often each status was answered; 0 where there was no answer. */
  readonly statuses: Map<number, number>;
  /** Those that said for how long to wait. */
  retryAfters: number;
  /** Answers whose counts do not add up to what was sent. */
  wrong: number;
}

/** Senders at work, who send again what was not taken, as ours and others' clients do. */
export interface Load {
  readonly told: Told;
  /** Resolves once so many more batches have been taken than when it was called. */
  readonly taken: (batches: number) => Promise<void>;
  /** Resolves once somebody was answered with this status after it was called; 0 for no answer. */
  readonly answered: (status: number) => Promise<void>;
  /** Lets every sender get rid of what it has in hand. */
  readonly stop: () => Promise<void>;
  /** Lets everybody go with what was not taken: nobody is there to take it. */
  readonly abandon: () => Promise<void>;
}

/**
 * Segments that people of a load enter, and leave by time alone. Whoever was there before they were
 * looked at is told to nobody, so nobody may come before this resolves.
 */
export async function defineSegments(collector: Collector): Promise<void> {
  const segments = [
    { id: 'often', if: { did: 'page', times: 3, within: '10m' } },
    { id: 'now', if: { did: 'page', within: '1s' } },
  ];
  for (const segment of segments) {
    const body = { name: segment.id, kind: 'implicit', ...segment };
    await collector.api('/v1/segments', { method: 'POST', body });
    const isLive = async () => {
      const { status } = await collector.api<SegmentAnswer>(`/v1/segments/${segment.id}`);
      return status === 'live';
    };
    while (!(await isLive())) await wait(AGAIN_MS);
  }
}

/**
 * Senders at once, each of which sends one batch after the other.
 *
 * @param name - Begins all of its ids.
 * @param answerMsMax - Whoever hears nothing for so long counts on nothing, and sends again.
 */
export function startLoad(
  collector: Collector,
  { name, answerMsMax = ANSWER_MS_MAX }: { readonly name: string; readonly answerMsMax?: number },
): Load {
  const told: Told = {
    ...{ acknowledged: new Set(), rejected: 0, statuses: new Map(), retryAfters: 0, wrong: 0 },
  };
  const watchers = new Set<(status: number) => boolean>();
  let stopped = false;
  let abandoned = false;
  const note = (status: number) => {
    told.statuses.set(status, (told.statuses.get(status) ?? 0) + 1);
    for (const watcher of watchers) if (watcher(status)) watchers.delete(watcher);
  };
  const watch = (isIt: (status: number) => boolean) =>
    new Promise<void>((resolve) => {
      watchers.add((status) => {
        const isDone = isIt(status);
        if (isDone) resolve();
        return isDone;
      });
    });

  const send = async (sender: string) => {
    for (let number = 0; !stopped; number += 1) {
      const anonymousId = `${sender}-${number % PEOPLE_PER_SENDER}`;
      const ids = [`${sender}-${number}-a`, `${sender}-${number}-b`];
      const [first, second] = ids.map((messageId) => ({ type: 'page', anonymousId, messageId }));
      const batch = [first, { type: 'track', anonymousId }, second];
      const body = JSON.stringify({ writeKey: collector.writeKey, batch });
      while (!abandoned && !(await post(collector.url, body, { told, note, ids, answerMsMax }))) {
        await wait(AGAIN_MS);
      }
    }
  };
  const work = Promise.all(Array.from({ length: SENDERS }, (_, index) => send(`${name}-${index}`)));
  return {
    told,
    taken: (batches) => {
      let left = batches;
      return watch((status) => {
        if (status === 200) left -= 1;
        return left <= 0;
      });
    },
    answered: (status) => watch((each) => each === status),
    stop: async () => {
      stopped = true;
      await work;
    },
    abandon: async () => {
      stopped = true;
      abandoned = true;
      await work;
    },
  };
}

/** Sends a batch of two good events and a bad one; answers whether it was taken. */
async function post(
  url: string,
  body: string,
  {
    told,
    note,
    ids,
    answerMsMax,
  }: {
    readonly told: Told;
    readonly note: (status: number) => void;
    readonly ids: readonly string[];
    readonly answerMsMax: number;
  },
): Promise<boolean> {
  let status = 0;
  try {
    const signal = AbortSignal.timeout(answerMsMax);
    const response = await fetch(`${url}/v1/batch`, { method: 'POST', body, signal });
    if (response.headers.has('Retry-After')) told.retryAfters += 1;
    const answer = (await response.json()) as WireAnswer;
    status = response.status;
    if (status === 200) {
      const { accepted, duplicate, rejected } = answer;
      if (accepted + duplicate !== ids.length || rejected !== 1) told.wrong += 1;
      for (const id of ids) told.acknowledged.add(id);
      told.rejected += rejected;
    }
  } catch {
    // Nothing was heard.
  }
  note(status);
  return status === 200;
}
