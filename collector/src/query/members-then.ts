import { publicId } from '../identity/own-id.ts';
import { leavesMs } from '../segments/advance.ts';
import type { Plan } from '../segments/plan.ts';
import type { Life } from '../store/lives.ts';
import { readDecidedChanges } from '../store/membership-log.ts';
import type { Database } from '../store/open.ts';
import type { CountAnswer, MemberAnswer, Page, ScannedPage } from './answers.ts';
import { companyLives, leftOutOf } from './company-lives.ts';
import { type Effort, EVERYBODY, livesOf, PAGE_EFFORT, passOver } from './crowd.ts';
import { formatCursor, type Position } from './cursor.ts';
import { loadPeople } from './people.ts';
import { memberAnswer } from './person.ts';
import { replay } from './replay.ts';

export interface PageOf {
  readonly after?: Position;
  readonly limit: number;
}

/** Changes that one page looks through: where most left again, it may hold fewer people than asked for. */
const CHANGES_PER_PAGE_MAX = 5_000;

/**
 * The members of a segment at an instant as they were known then: what this list would have answered
 * at `atMs`, the last entry first. Two people who turned out to be one later are two; names and traits
 * are those of today.
 *
 * @param page - Cursors are the number of a change.
 */
export async function listKnownMembers(
  database: Database,
  segment: { readonly site: number; readonly key: number },
  atMs: number,
  page: PageOf,
): Promise<Page<MemberAnswer>> {
  const [beforeId] = page.after ?? [];
  const asked = { beforeId, limit: CHANGES_PER_PAGE_MAX };
  const changes = await readDecidedChanges(database.$client, segment.key, atMs, asked);
  const deciding = changes.filter(({ makesMember }) => makesMember).slice(0, page.limit);
  const people = await loadPeople(
    database,
    segment.site,
    deciding.map(({ profile }) => profile),
  );
  const data = deciding.flatMap(({ profile, effectiveAtMs }): MemberAnswer[] => {
    const person = people.get(profile);
    if (person === undefined) return [];
    const answer = memberAnswer(person, person.state, { enteredMs: effectiveAtMs });
    return [{ ...answer, id: publicId('prf', profile) }];
  });
  const isFull = deciding.length === page.limit;
  const last = isFull ? deciding.at(-1) : changes.at(-1);
  const isEnd = !isFull && changes.length < CHANGES_PER_PAGE_MAX;
  return { data, next: isEnd || last === undefined ? null : formatCursor([last.id]) };
}

/** A segment of a plan and the site whose people are looked at. */
export interface Asked {
  readonly site: number;
  readonly plan: Plan;
  /** The segment's number in the plan. */
  readonly key: number;
}

/**
 * The members of a segment at an instant as is known now: the history of each person up to `atMs` run
 * through the engine, late events and merges included. In the order of people's place.
 *
 * @param page - Cursors are the number of the last person looked at.
 */
export async function listTrueMembers(
  database: Database,
  { site, plan, key }: Asked,
  atMs: number,
  page: PageOf,
  effort: Effort = PAGE_EFFORT,
): Promise<ScannedPage<MemberAnswer>> {
  const data: MemberAnswer[] = [];
  let scanned = 0;
  let events = 0;
  const lives = companyLives(database, { site, plan, keys: [key] }, atMs, effort);
  const [afterId = 0] = page.after ?? [];
  for await (const { person, history } of livesOf(database, site, { afterId })) {
    const { state } = replay(plan, person.state, history, atMs, await lives.of(history));
    const { enteredMs } = state.standings[key] ?? {};
    if (enteredMs !== undefined) {
      const dueMs = leavesMs(plan, state, key);
      const standing = { enteredMs, ...(dueMs !== undefined && { dueMs }) };
      data.push(memberAnswer(person, state, standing));
    }
    scanned += 1;
    events += history.length;
    const read = events + lives.eventsRead();
    const isEnough = scanned >= effort.peopleMax || read >= effort.eventsMax;
    if (data.length === page.limit || isEnough) {
      return { data, next: formatCursor([person.id]), scanned, ...leftOutOf(lives) };
    }
  }
  return { data, next: null, scanned, ...leftOutOf(lives) };
}

/** How many {@link listTrueMembers} lists, in the whole site or a sample of it. */
export async function countTrueMembers(
  database: Database,
  { site, plan, key }: Asked,
  atMs: number,
  effort: Effort = EVERYBODY,
): Promise<Pick<CountAnswer, 'count' | 'sampled' | 'companiesLeftOut'>> {
  let count = 0;
  const lives = companyLives(database, { site, plan, keys: [key] }, atMs, effort);
  const visit = async ({ person, history }: Life) => {
    const { state } = replay(plan, person.state, history, atMs, await lives.of(history));
    if (state.standings[key]?.enteredMs !== undefined) count += 1;
  };
  const sampled = await passOver(database, site, visit, effort, { readBesides: lives.eventsRead });
  return { count, ...(sampled && { sampled }), ...leftOutOf(lives) };
}
