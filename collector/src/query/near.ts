import type { Event } from '../event.ts';
import { formatInstant } from '../instant.ts';
import { observe } from '../segments/apply.ts';
import type { CompiledLeaf } from '../segments/compiled.ts';
import { leavesOf } from '../segments/condition.ts';
import type { DidTimes } from '../segments/definition.ts';
import type { StoredSegment } from '../segments/draft.ts';
import type { AccountFacts } from '../segments/facts.ts';
import { accountConditionId } from '../segments/leaves/account.ts';
import type { Matcher } from '../segments/matcher.ts';
import { accountConditionKey, type Plan } from '../segments/plan.ts';
import { candidatesKey } from '../segments/ranking.ts';
import { add, type Entry, NOTHING } from '../segments/recency.ts';
import type { State } from '../segments/state.ts';
import { conditionWords } from '../segments/words.ts';
import type { Database } from '../store/open.ts';
import type { NearAnswer, NearPerson } from './answers.ts';
import { livesOf } from './crowd.ts';
import { formatCursor, type Position } from './cursor.ts';
import { personAnswer } from './person.ts';
import { planOfSite } from './segments.ts';
import { stateNow } from './state-now.ts';

/** People that one page looks at. */
const SCANNED_MAX = 2_000;

/** An event that nobody has: our own ids stay below. */
const UNHEARD_ID = Number.MAX_SAFE_INTEGER;

/**
 * Who would enter a segment by one more event now. Each kind of event that the segment reads is tried
 * on each person who is no member: the engine takes in one more occurrence, with a value not counted
 * before, and judges. In the order of people's place.
 *
 * @param page - Cursors are the number of the last person looked at.
 */
export async function listNear(
  database: Database,
  { site, segment }: { site: number; segment: StoredSegment },
  page: { readonly after?: Position; readonly limit: number },
  nowMs: number,
): Promise<NearAnswer> {
  const plan = await planOfSite(database, site);
  // By what they do alone people become candidates, where the first of all are kept.
  const key = plan.segments.get(segment.key)?.ranking ? candidatesKey(segment.key) : segment.key;
  const read = plan.segments.get(key)?.matchers ?? new Set();
  const own = [...plan.matchers.values()].filter(({ matcher }) => read.has(matcher.id));
  const attempts = own.map(({ matcher }) => ({
    matcher,
    missing: oneMore(plan, key, matcher),
  }));
  const totals = new Map<string, number>();
  const data: NearPerson[] = [];
  let scanned = 0;
  const answer = (next: string | null): NearAnswer => ({
    data,
    next,
    scanned,
    totals: [...totals]
      .map(([missing, people]) => ({ missing, people }))
      .sort((a, b) => b.people - a.people),
  });
  const [afterId = 0] = page.after ?? [];
  for await (const { person } of livesOf(database, site, { afterId, history: false })) {
    scanned += 1;
    const state = await stateNow(database, plan, person, nowMs);
    const isMember = state.standings[key]?.enteredMs !== undefined;
    const enough = isMember
      ? []
      : attempts.filter(({ matcher }) => entersBy(plan, state, key, matcher, nowMs));
    const missing = [...new Set(enough.map((attempt) => attempt.missing))];
    for (const words of missing) totals.set(words, (totals.get(words) ?? 0) + 1);
    if (missing.length > 0) {
      const lastSeen = formatInstant(person.state.lastSeenMs);
      data.push({ ...personAnswer(person, person.state), lastSeen, missing });
    }
    if (data.length === page.limit || scanned === SCANNED_MAX) {
      return answer(formatCursor([person.id]));
    }
  }
  return answer(null);
}

/** Would one more event that this matcher accepts make them a member? */
function entersBy(plan: Plan, state: State, key: number, matcher: Matcher, nowMs: number): boolean {
  const atMs = Math.max(nowMs, state.settledMs);
  const entry = matcher.another(atMs, UNHEARD_ID);
  const occurring: Plan = { ...plan, index: () => [{ ...matcher, entryOf: () => entry }] };
  const event = { ...ANY_EVENT, atMs, receivedAtMs: atMs };
  const company = entry && companyWith(plan, state, matcher, entry);
  const after = observe(occurring, state, event, UNHEARD_ID, company).state;
  return after.standings[key]?.enteredMs !== undefined;
}

/** Their company with one more occurrence; `undefined` where it does not count there. */
function companyWith(
  { accounts }: Plan,
  { account }: State,
  { id }: Matcher,
  entry: Entry,
): AccountFacts | undefined {
  const memory = accounts?.plan.matchers.get(id)?.memory;
  if (memory === undefined || account?.itself === undefined) return undefined;
  const { itself } = account;
  const list = add(itself.lists[id] ?? NOTHING, entry, memory);
  return { ...account, itself: { ...itself, lists: { ...itself.lists, [id]: list } } };
}

const ANY_EVENT: Omit<Event, 'atMs' | 'receivedAtMs'> = {
  messageId: '',
  type: 'track',
  properties: {},
  context: {},
  traits: {},
  flags: [],
};

/** What one more occurrence is, in words: "One more session: Viewed /pricing". */
function oneMore(plan: Plan, key: number, matcher: Matcher): string {
  const condition = plan.segments.get(key)?.condition;
  const leaves = condition === undefined ? [] : leavesOf(condition);
  const { events, where } = matcher;
  const event: DidTimes = { did: events.length === 1 ? (events[0] ?? '') : events };
  const what = conditionWords(where === undefined ? event : { ...event, where });
  const own = leaves.find(({ reads }) => reads.matchers?.includes(matcher.id));
  if (own !== undefined) {
    const distinct = 'distinct' in own.source ? own.source.distinct : undefined;
    return `One more ${unitOf(distinct)}: ${what}`;
  }
  const asked = leaves.flatMap(({ source }) => askedOfCompany(source) ?? []);
  const did = asked.find((each) => readsOf(plan, each)?.has(matcher.id));
  if (did?.distinct === 'person') return `One more person of the company: ${what}`;
  return `One more ${unitOf(did?.distinct)}, by anybody of the company: ${what}`;
}

function askedOfCompany(source: CompiledLeaf['source']): DidTimes | undefined {
  return 'account' in source && !('is' in source) ? source.account : undefined;
}

/** The matchers that a company reads for a condition on all of its people. */
function readsOf({ accounts }: Plan, did: DidTimes): ReadonlySet<string> | undefined {
  return accounts?.plan.segments.get(accountConditionKey(accountConditionId(did)))?.matchers;
}

function unitOf(distinct: string | undefined): string {
  if (distinct === undefined) return 'time';
  return distinct === 'session' || distinct === 'day' ? distinct : `different ${distinct}`;
}
