import { type Event, eventKey } from '../event.ts';
import { parseInstant } from '../instant.ts';
import { type Calendar, calendarOf, dayOfUtc } from './calendar.ts';
import type {
  Account,
  Compare,
  Condition,
  DidAggregate,
  DidTimes,
  DidTouch,
  EventName,
  Idle,
  Score,
  Seq,
  SeqDid,
  Where,
  Window,
} from './definition.ts';
import { percentile } from './leaves/in-bucket.ts';
import { compilePeriod } from './period.ts';
import type { Person } from './person.ts';
import { isScored, scoreFigure } from './recompute-score.ts';
import { isThere, traitOf } from './recompute-trait.ts';
import type { ScoreModel } from './score-model.ts';
import { compileTimedTest } from './timed-test.ts';
import { compileKeys, compileWhere, readPath } from './where.ts';

/** How somebody stands and stood to a segment. */
export interface Past {
  readonly enteredMs?: number;
  readonly lastEnteredMs?: number;
  readonly lastLeftMs?: number;
}

/** Of whom and when a condition is asked. */
export interface Asked {
  readonly person: Person;
  readonly nowMs: number;
  readonly calendar: Calendar;
  readonly past: (segment: string) => Past;
  /** The site's scores, by id. */
  readonly scores?: ReadonlyMap<string, ScoreModel>;
}

/** Is a condition true, by its plain meaning? */
export function holds(condition: Condition, asked: Asked): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, asked));
  if ('any' in condition) return condition.any.some((part) => holds(part, asked));
  if ('not' in condition) return !holds(condition.not, asked);
  if ('did' in condition) {
    if ('first' in condition || 'latest' in condition) return touched(condition, asked);
    return 'is' in condition ? figured(condition, asked) : counted(condition, asked);
  }
  if ('seq' in condition) return followed(condition, asked);
  if ('idle' in condition) return rested(condition, asked);
  if ('trait' in condition) {
    const value = traitOf(condition.trait, asked);
    return compileTimedTest(condition.is, asked.calendar)(value, asked.nowMs).is;
  }
  if ('score' in condition) return scored(condition, asked);
  if ('account' in condition) return companyHolds(condition, asked);
  if ('segment' in condition) return stood(condition, asked);
  if ('list' in condition) {
    const where = { list_id: condition.list };
    const lastMs = (did: string) => newestMs(matching({ did, where }, asked));
    return lastMs('List Joined') > Number.NEGATIVE_INFINITY
      ? lastMs('List Joined') >= lastMs('List Left')
      : false;
  }
  if ('bucket' in condition) {
    const { salt, from, to } = condition.bucket;
    const drawn = percentile(salt, asked.person.self ?? 0);
    return from <= drawn && drawn < to;
  }
  throw new Error(`Invariant broken: ${JSON.stringify(condition)} is a kind of condition`);
}

interface Wanted {
  readonly did: EventName;
  readonly where?: Where;
}

/** The events up to now of which a condition speaks. */
function matching({ did, where }: Wanted, { person, nowMs }: Asked): readonly Event[] {
  const names: readonly string[] = typeof did === 'string' ? [did] : did;
  const passes = where === undefined ? () => true : compileWhere(where);
  return person.events.filter((event) => {
    const name = eventKey(event);
    return event.atMs <= nowMs && name !== undefined && names.includes(name) && passes(event);
  });
}

function inWindow(within: Window | undefined, atMs: number, { nowMs, calendar }: Asked): boolean {
  if (within === undefined) return true;
  const before = (duration: string) => compilePeriod(duration, calendar).before(nowMs);
  if (typeof within === 'string') return before(within) < atMs;
  if ('from' in within) return before(within.from) < atMs && atMs <= before(within.to);
  if ('calendar' in within) {
    const { startOf } = within.zone === undefined ? calendar : calendarOf(within.zone);
    const span = within.calendar;
    const unit = UNITS.find((each) => span.toLowerCase().includes(each)) ?? 'day';
    if (span === 'yesterday' || span.startsWith('last')) {
      return startOf(unit, nowMs, -1) <= atMs && atMs < startOf(unit, nowMs);
    }
    return startOf(unit, nowMs) <= atMs;
  }
  const { after, before: until } = within;
  return (
    (after === undefined || (parseInstant(after) ?? 0) <= atMs) &&
    (until === undefined || atMs < (parseInstant(until) ?? 0))
  );
}

const UNITS = ['week', 'month', 'quarter', 'year', 'day'] as const;

function counted(did: DidTimes, asked: Asked): boolean {
  const events = matching(did, asked).filter(({ atMs }) => inWindow(did.within, atMs, asked));
  return satisfies(did.times ?? 1, countOf(did, events, asked));
}

function countOf({ distinct }: DidTimes, events: readonly Event[], { calendar }: Asked): number {
  if (distinct === undefined) return events.length;
  if (distinct === 'day') return new Set(events.map(({ atMs }) => calendar.dayOf(atMs))).size;
  if (distinct === 'session') {
    const sessions = events.map(({ sessionId, atMs }) =>
      sessionId === undefined ? dayOfUtc(atMs) : `session ${sessionId}`,
    );
    return new Set(sessions).size;
  }
  return new Set(events.map((event) => scalarAt(event, distinct)).filter(isThere)).size;
}

function figured(did: DidAggregate, asked: Asked): boolean {
  const path = 'sum' in did ? did.sum : 'avg' in did ? did.avg : 'min' in did ? did.min : did.max;
  const events = matching(did, asked).filter(({ atMs }) => inWindow(did.within, atMs, asked));
  const values = events.flatMap((event) => {
    const value = readPath(event, path);
    return typeof value === 'number' ? [value] : [];
  });
  values.sort((a, b) => a - b);
  const total = values.reduce((a, b) => a + b, 0);
  if ('sum' in did) return satisfies(did.is, total);
  if (values.length === 0) return false;
  if ('avg' in did) return satisfies(did.is, total / values.length);
  return satisfies(did.is, values.at('min' in did ? 0 : -1) ?? 0);
}

function touched(did: DidTouch, asked: Asked): boolean {
  const events = matching(did, asked);
  const times = events.map(({ atMs }) => atMs);
  const decidingMs = 'first' in did ? Math.min(...times) : Math.max(...times);
  const passes = compileWhere(did.is);
  return events.some((event) => event.atMs === decidingMs && passes(event));
}

/** Tries every way to pick an event for each step. */
function followed({ seq, within, same = [] }: Seq, asked: Asked): boolean {
  const keys = new Set(seq.flatMap((step) => stepEvents(step, asked).map(keyOf)).filter(isThere));
  function keyOf(event: Event): string | undefined {
    const values = same.map((path) =>
      path === 'session' ? (event.sessionId ?? dayOfUtc(event.atMs)) : scalarAt(event, path),
    );
    return values.every(isThere) ? values.join() : undefined;
  }
  const last = seq.at(-1);
  const silence = last !== undefined && 'no' in last && last.for !== undefined ? last : undefined;
  const steps = silence === undefined ? seq : seq.slice(0, -1);
  return [...keys].some((key) => {
    const eventsOf = (step: Seq['seq'][number]) =>
      stepEvents(step, asked).filter((event) => keyOf(event) === key);
    const ends = endsOf(steps, eventsOf, asked, within);
    if (ends.length === 0) return false;
    if (silence?.for === undefined) return true;
    const fromMs = Math.max(...ends);
    const toMs = compilePeriod(silence.for, asked.calendar).after(fromMs);
    const broken = eventsOf(silence).some(({ atMs }) => fromMs < atMs && atMs <= toMs);
    return asked.nowMs >= toMs && !broken;
  });
}

/** The instants at which all steps can be complete. */
function endsOf(
  steps: Seq['seq'],
  eventsOf: (step: Seq['seq'][number]) => readonly Event[],
  asked: Asked,
  within: Window | undefined,
): readonly number[] {
  let ends: readonly number[] | undefined;
  let without: Seq['seq'][number] | undefined;
  for (const step of steps) {
    if ('no' in step) {
      without = step;
      continue;
    }
    const times = eventsOf(step).map(({ atMs }) => atMs);
    const barred = without === undefined ? [] : eventsOf(without).map(({ atMs }) => atMs);
    const before = ends;
    ends =
      before === undefined
        ? times.filter((atMs) => inWindow(within, atMs, asked))
        : times.filter((atMs) =>
            before.some(
              (from) =>
                from < atMs &&
                isSoonEnough(step, from, atMs, asked) &&
                !barred.some((each) => from < each && each < atMs),
            ),
          );
    without = undefined;
  }
  return ends ?? [];
}

function isSoonEnough({ within }: SeqDid, fromMs: number, atMs: number, asked: Asked): boolean {
  return within === undefined || compilePeriod(within, asked.calendar).before(atMs) < fromMs;
}

function stepEvents(step: Seq['seq'][number], asked: Asked): readonly Event[] {
  return matching({ ...step, did: 'no' in step ? step.no : step.did }, asked);
}

function rested({ idle, of, where, never }: Idle, asked: Asked): boolean {
  const all = asked.person.events.filter(({ atMs }) => atMs <= asked.nowMs);
  const done = of === undefined ? all : matching({ did: of, ...(where && { where }) }, asked);
  if (done.length === 0 && never === 'include') return true;
  if (done.length === 0 && never === 'exclude') return false;
  const sinceMs = done.length === 0 ? Math.min(...all.map(({ atMs }) => atMs)) : newestMs(done);
  return asked.nowMs >= compilePeriod(idle, asked.calendar).after(sinceMs);
}

function scored(score: Score, asked: Asked): boolean {
  const model = asked.scores?.get(score.score);
  if (model === undefined) {
    const compare = Object.entries(score).find(([key]) => key !== 'score' && key !== 'within');
    return 'none' in score || (compare !== undefined && satisfies(compare[1] as Compare, 0));
  }
  const figure = scoreFigure(model, score, asked);
  if ('is' in score) return satisfies(score.is, figure ?? 0);
  if ('rose' in score) return satisfies(score.rose, figure ?? 0);
  if ('fell' in score) return satisfies(score.fell, figure ?? 0);
  return 'peak' in score ? satisfies(score.peak, figure ?? 0) : !isScored(model, asked);
}

/** The person's newest group call says which company it is; everybody for whom it says the same is in it. */
function companyHolds({ account, ...rest }: Account, asked: Asked): boolean {
  const { person, nowMs, calendar } = asked;
  const everybody = person.everybody ?? [person];
  const groupId = companyOf(person, nowMs);
  if (typeof account === 'string') {
    const is = 'is' in rest ? rest.is : {};
    const calls = everybody.flatMap(({ events }) => groupCalls(events, nowMs)).sort(byTime);
    const own = calls.filter((event) => groupId !== undefined && event.groupId === groupId);
    const entries = own.flatMap(({ traits }) => Object.entries(traits));
    const properties = Object.fromEntries(entries.filter(([, value]) => isThere(value)));
    const value = compileKeys(account)(properties);
    return compileTimedTest(is, calendar)(value, nowMs).is;
  }
  if (groupId === undefined) return false;
  const people = everybody.filter((each) => companyOf(each, nowMs) === groupId);
  if (account.distinct !== 'person') {
    const events = people.flatMap((each) => each.events);
    return counted(account, { ...asked, person: { ...person, events } });
  }
  const active = people.filter(({ events }) =>
    matching(account, { ...asked, person: { ...person, events } }).some(({ atMs }) =>
      inWindow(account.within, atMs, asked),
    ),
  );
  return satisfies(account.times ?? 1, active.length);
}

function companyOf({ events }: Pick<Person, 'events'>, nowMs: number): string | undefined {
  return groupCalls(events, nowMs).sort(byTime).at(-1)?.groupId;
}

function groupCalls(events: readonly Event[], nowMs: number): Event[] {
  return events.filter(
    ({ type, groupId, atMs }) => type === 'group' && groupId !== undefined && atMs <= nowMs,
  );
}

function byTime(a: Event, b: Event): number {
  return a.atMs - b.atMs || (a.messageId < b.messageId ? -1 : 1);
}

function stood(
  { segment, state = 'in', within }: Extract<Condition, { segment: string }>,
  { past, nowMs, calendar }: Asked,
): boolean {
  const { enteredMs, lastEnteredMs, lastLeftMs } = past(segment);
  if (state === 'in') return enteredMs !== undefined;
  if (state === 'out') return enteredMs === undefined;
  if (state === 'ever') return lastEnteredMs !== undefined;
  const atMs = state === 'entered' ? lastEnteredMs : lastLeftMs;
  if (atMs === undefined) return false;
  return within === undefined || nowMs < compilePeriod(within, calendar).after(atMs);
}

function newestMs(events: readonly Event[]): number {
  return events.reduce((ms, { atMs }) => Math.max(ms, atMs), Number.NEGATIVE_INFINITY);
}

function scalarAt(event: Event, path: string): string | undefined {
  const value = readPath(event, path);
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  return JSON.stringify(value);
}

function satisfies(compare: Compare, n: number): boolean {
  if (typeof compare === 'number') return n >= compare;
  const { eq, ne, gt, gte, lt, lte, between } = compare;
  if (eq !== undefined && n !== eq) return false;
  if (ne !== undefined && n === ne) return false;
  if (gt !== undefined && n <= gt) return false;
  if (gte !== undefined && n < gte) return false;
  if (lt !== undefined && n >= lt) return false;
  if (lte !== undefined && n > lte) return false;
  return between === undefined || (n >= between[0] && n <= between[1]);
}
