import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { BUCKETS } from '../identity/bucket.ts';
import { bucketOfId } from '../identity/own-id.ts';
import { type Life, readLives } from '../store/lives.ts';
import type { Database } from '../store/open.ts';
import type { SampledAnswer } from './answers.ts';

/** How much work one question may cause. */
export interface Effort {
  readonly peopleMax: number;
  readonly eventsMax: number;
}

/** A question about everybody looks at so many people, or so many of their events: about two seconds. */
export const EVERYBODY: Effort = { peopleMax: 10_000, eventsMax: 200_000 };
/** A page of a list that is found by looking at people one by one. */
export const PAGE_EFFORT: Effort = { peopleMax: 1_000, eventsMax: 50_000 };

/** Few, so that the histories of those who did much are not held all at once. */
const PEOPLE_PER_READ = 20;

/**
 * The people of a site in the order of their place, one after the other. Others get their turn
 * between any two of them.
 */
export async function* livesOf(
  database: Database,
  site: number,
  asked: {
    readonly afterId?: number;
    readonly history?: boolean;
    readonly segments?: readonly number[];
  } = {},
): AsyncGenerator<Life> {
  const { history = true, segments = [] } = asked;
  for (let afterId = asked.afterId ?? 0; ; ) {
    const page = { site, afterId, limit: PEOPLE_PER_READ, history, segments };
    const lives = await readLives(database.$client, page);
    for (const life of lives) {
      yield life;
      await yieldToOthers();
    }
    const last = lives.at(-1);
    if (last === undefined || lives.length < PEOPLE_PER_READ) return;
    afterId = last.person.id;
  }
}

export interface Passing {
  /** Whether histories are read; they are unless it is `false`. */
  readonly history?: boolean;
  /** How many events of others the visits have read so far. */
  readonly readBesides?: () => number;
}

/**
 * Looks at everybody, or at a sample where that is too much work: whole buckets, always the same
 * ones, at least one. Buckets are picked by a hash of the id, so they stand for the rest.
 *
 * @returns What part of the site was looked at; `undefined` if it was all of it.
 */
export async function passOver(
  database: Database,
  site: number,
  visit: (life: Life) => unknown,
  effort: Effort = EVERYBODY,
  { history = true, readBesides = () => 0 }: Passing = {},
): Promise<SampledAnswer | undefined> {
  let people = 0;
  let events = 0;
  let bucket = 0;
  for await (const life of livesOf(database, site, { history })) {
    const own = bucketOfId(life.person.id);
    const isEnough = people >= effort.peopleMax || events + readBesides() >= effort.eventsMax;
    if (own !== bucket && isEnough) return { of: people, fraction: own / BUCKETS };
    bucket = own;
    people += 1;
    events += life.history.length;
    await visit(life);
  }
  return undefined;
}
