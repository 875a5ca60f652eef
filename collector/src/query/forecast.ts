import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { BUCKETS } from '../identity/bucket.ts';
import { formatInstant } from '../instant.ts';
import { advance } from '../segments/advance.ts';
import { compilePlan } from '../segments/plan.ts';
import type { State } from '../segments/state.ts';
import { countPeopleOfDueCompanies, readPeopleOfDueCompanies } from '../store/company-calls.ts';
import type { SiteDefinitions } from '../store/definitions.ts';
import { countDue, readDue, readPeople } from '../store/due.ts';
import type { Database } from '../store/open.ts';
import type { ForecastAnswer } from './answers.ts';
import { seeingTheirCompanies } from './company-sight.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;
/** Of more people who change, a part stands for all. */
const PEOPLE_MAX = 50_000;
const PEOPLE_PER_READ = 100;

/**
 * How large a segment will be if nobody does anything more. Only people whom time changes within the
 * week are looked at: for each, time is let pass as it will.
 *
 * @param key - The segment's internal number.
 * @param peopleMax - How many people one answer looks at.
 */
export async function forecast(
  database: Database,
  definitions: SiteDefinitions,
  key: number,
  nowMs: number,
  peopleMax: number = PEOPLE_MAX,
): Promise<Omit<ForecastAnswer, 'status'>> {
  const { site, segments, scores, revision, timeZone } = definitions;
  const plan = compilePlan(segments, revision, timeZone, scores);
  const untilMs = nowMs + DAYS * DAY_MS;
  const asksCompany = plan.segments.get(key)?.asksCompany === true;
  const colleagues = asksCompany
    ? await countPeopleOfDueCompanies(database.$client, { site, untilMs })
    : 0;
  const dueCount = (await countDue(database.$client, untilMs)) + colleagues;
  const buckets =
    dueCount <= peopleMax ? BUCKETS : Math.max(1, Math.floor((BUCKETS * peopleMax) / dueCount));
  const asked = { site, segment: key, untilMs, belowBucket: buckets };
  const { size, people: due } = await readDue(database.$client, asked);
  const people = asksCompany ? await withColleagues(database, due, asked) : due;

  const moments = Array.from({ length: DAYS + 1 }, (_, day) => nowMs + day * DAY_MS);
  const growth = moments.map(() => 0);
  for (let first = 0; first < people.length; first += PEOPLE_PER_READ) {
    const ids = people.slice(first, first + PEOPLE_PER_READ);
    const stored = await readPeople(database.$client, ids);
    const seeing = await seeingTheirCompanies(database, plan, stored);
    for (const [index, { state }] of seeing.entries()) {
      const was = isMember(stored[index]?.state ?? state, key);
      let passed: State = state;
      moments.forEach((atMs, day) => {
        passed = advance(plan, passed, atMs).state;
        growth[day] = (growth[day] ?? 0) + isMember(passed, key) - was;
      });
    }
    await yieldToOthers();
  }
  const fraction = buckets / BUCKETS;
  // An estimate may leave more than there are.
  const sizes = growth.map((each) => Math.max(0, size + Math.round(each / fraction)));
  return {
    at: formatInstant(nowMs),
    size: sizes[0] ?? size,
    data: sizes.slice(1).map((later, index) => ({
      at: formatInstant(nowMs + (index + 1) * DAY_MS),
      size: later,
    })),
    ...(buckets < BUCKETS && { sampled: { of: people.length, fraction } }),
  };
}

/** Those due and those whose company is: what time brings to it, it brings to them. */
async function withColleagues(
  database: Database,
  due: readonly number[],
  asked: { readonly site: number; readonly untilMs: number; readonly belowBucket: number },
): Promise<readonly number[]> {
  const colleagues = await readPeopleOfDueCompanies(database.$client, asked);
  return [...new Set([...due, ...colleagues])];
}

function isMember(state: State, key: number): number {
  return state.standings[key]?.enteredMs === undefined ? 0 : 1;
}
