import { countRange } from './compare.ts';
import type {
  Account,
  Compare,
  Did,
  DidAggregate,
  DidTimes,
  DidTouch,
  Test,
} from './definition.ts';
import { deedWords, kindWords, thingsWords } from './words-event.ts';
import { fieldWords } from './words-field.ts';
import { figureWords, plainValueWords, quantity, testWords } from './words-test.ts';
import { inWindow } from './words-window.ts';

/** A `did` in words that can stand within a sentence. */
export function didWords(did: Did): string {
  if ('first' in did || 'latest' in did) return touchWords(did);
  return 'is' in did ? aggregateWords(did) : timesWords(did);
}

/** The opposite of a `did` that asks for one: "never viewed /docs*". Others have no words of their own. */
export function neverDidWords(did: Did): string | undefined {
  if ('is' in did || !asksForOne(did.times)) return undefined;
  return timesWords({ ...did, times: { eq: 0 } });
}

/** A condition on an account: "the account's plan is pro", "at least 3 people of the same account …". */
export function accountWords(condition: Account): string {
  if ('is' in condition) {
    return `the account's ${condition.account} ${testWords(condition.is, plainValueWords)}`;
  }
  const did = condition.account;
  if (did.distinct !== 'person') return `people of the same account ${timesWords(did)}`;
  const times = did.times ?? 1;
  const people = countRange(times).most === 0 ? 'nobody' : quantity(times, 'person', 'people');
  return `${people} of the same account ${deed(did)}${inWindow(did.within)}`;
}

function deed({ did, where }: Did): string {
  return deedWords({ event: did, where });
}

function timesWords(did: DidTimes): string {
  const { before, after } = countWords(did.times, did.distinct);
  return `${before}${deed(did)}${after}${inWindow(did.within)}`;
}

function aggregateWords(did: DidAggregate): string {
  const things = thingsWords({ event: did.did, where: did.where });
  return `${figureOf(did)} ${figureWords(did.is)} in ${things}${inWindow(did.within)}`;
}

/** The figure alone: "total of total", "highest price". */
function figureOf(did: DidAggregate): string {
  if ('sum' in did) return `total of ${did.sum}`;
  if ('avg' in did) return `average of ${did.avg}`;
  return 'min' in did ? `lowest ${did.min}` : `highest ${did.max}`;
}

function touchWords(did: DidTouch): string {
  const tests = Object.entries(did.is).map(([path, test]) => hadWords(labelOf(path), test));
  const which = 'first' in did ? 'first' : 'latest';
  return `${which} ${kindWords({ event: did.did, where: did.where })} had ${tests.join(' and ')}`;
}

function hadWords(label: string, test: Test): string {
  const isValue = typeof test !== 'object' || test === null;
  return isValue ? `${label} ${plainValueWords(test)}` : `${label} that ${testWords(test)}`;
}

const CAMPAIGN = 'context.campaign.';

/** "utm source", whichever way it is written. */
function labelOf(path: string): string {
  if (path.startsWith(CAMPAIGN)) {
    const part = path.slice(CAMPAIGN.length);
    return `utm ${part === 'name' ? 'campaign' : part}`;
  }
  return /^utm_[a-z]+$/.test(path) ? path.replace('_', ' ') : fieldWords(path);
}

function asksForOne(times: Compare | undefined): boolean {
  if (times === undefined) return true;
  const { least, most, except } = countRange(times);
  return least === 1 && most === Infinity && except === undefined;
}

/** What stands before the subject and after it to say how often. */
function countWords(
  times: Compare | undefined,
  distinct: string | undefined,
): { readonly before: string; readonly after: string } {
  const compare = times ?? 1;
  const { least, most } = countRange(compare);
  const some = asksForOne(times);
  if (distinct === undefined || distinct === 'session' || distinct === 'day') {
    if (most === 0) return { before: 'never ', after: '' };
    return { before: '', after: some ? '' : ` ${frequency(compare, distinct)}` };
  }
  if (most === 0) return { before: '', after: ` with no ${distinct}` };
  if (some) return { before: '', after: ` with any ${distinct}` };
  const unit = least === 1 && most === 1 ? distinct : `different ${distinct}`;
  return { before: '', after: ` with ${quantity(compare, unit, unit)}` };
}

/** "at least 3 times", "exactly once", "in at least 2 sessions", "on at most 1 day". */
function frequency(compare: Compare, distinct: 'session' | 'day' | undefined): string {
  switch (distinct) {
    case 'session':
      return `in ${quantity(compare, 'session')}`;
    case 'day':
      return `on ${quantity(compare, 'day')}`;
    default:
      return quantity(compare, 'time').replace(/\b1 time$/, 'once');
  }
}
