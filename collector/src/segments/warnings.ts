import { canonicalJson } from './canonical.ts';
import { admitsAll, constantOf, holdsOfStrangers, neverPasses } from './constant.ts';
import type { Compare, Definition, Score } from './definition.ts';
import { SCORE_MAX } from './limits.ts';
import { type Problem, pointerTo } from './pointer.ts';
import { quoted } from './quote.ts';
import { type Asked, eventsOf, leavesOf, type Placed, type Tests, testsOf } from './walk.ts';

/** Spellings under which other trackers send views, letters alone. None of them is a page here. */
const PAGE_VIEW = /^(pageviews?|pageviewed|viewedpage|viewpage|viewedapage|loadedapage|pages?)$/;

const NEVER = 'no value can pass this test';

/**
 * What the owner of a valid definition should know before trusting it: that it holds for everyone
 * or for no one, or that it reads a signal that misleads. Empty for most definitions.
 */
export function warnings(definition: Pick<Definition, 'if' | 'leaveIf'>): readonly Problem[] {
  return [
    ...entryWarnings(definition),
    ...exitWarnings(definition),
    ...leavesOf(definition).flatMap(leafWarnings),
  ];
}

function entryWarnings({ if: condition }: Pick<Definition, 'if'>): readonly Problem[] {
  const constant = constantOf(condition);
  const detail =
    constant === true
      ? 'everyone matches: this is true of all people at all times'
      : constant === false
        ? 'nobody can ever match: this is false of all people at all times'
        : holdsOfStrangers(condition) === true
          ? 'asks only for what did not happen, so it is true of everyone of whom little is known; add something that they did or are'
          : undefined;
  return detail === undefined ? [] : [{ pointer: '/if', detail }];
}

function exitWarnings({
  if: condition,
  leaveIf,
}: Pick<Definition, 'if' | 'leaveIf'>): readonly Problem[] {
  if (leaveIf === undefined) return [];
  const constant = constantOf(leaveIf);
  const isSame = canonicalJson(leaveIf) === canonicalJson(condition);
  const detail =
    constant === true || isSame
      ? 'nobody can ever enter: while this is true nobody does'
      : constant === false
        ? 'nobody ever leaves: this is false of all people at all times'
        : undefined;
  return detail === undefined ? [] : [{ pointer: '/leaveIf', detail }];
}

function leafWarnings(placed: Placed): readonly Problem[] {
  return [
    ...eventsOf(placed).flatMap(eventWarnings),
    ...testsOf(placed).flatMap(testWarnings),
    ...ownWarnings(placed),
  ];
}

function ownWarnings({ leaf, pointer }: Placed): readonly Problem[] {
  if ('account' in leaf && !('is' in leaf)) {
    return ownWarnings({ leaf: leaf.account, pointer: pointerTo(pointer, 'account') });
  }
  if ('score' in leaf) return scoreWarnings(leaf, pointer);
  if ('times' in leaf && admitsAll(leaf.times)) {
    return [{ pointer: pointerTo(pointer, 'times'), detail: 'is true of any number, also of 0' }];
  }
  const is = 'trait' in leaf || 'account' in leaf ? leaf.is : undefined;
  return is !== undefined && neverPasses(is)
    ? [{ pointer: pointerTo(pointer, 'is'), detail: NEVER }]
    : [];
}

function eventWarnings({ event, pointer }: Asked): readonly Problem[] {
  if (typeof event === 'string') {
    const detail = nameWarning(event);
    return detail === undefined ? [] : [{ pointer, detail }];
  }
  return event.flatMap((name, index) =>
    eventWarnings({ event: name, pointer: pointerTo(pointer, index) }),
  );
}

function testWarnings({ where, pointer }: Tests): readonly Problem[] {
  const found: Problem[] = [];
  for (const [path, test] of Object.entries(where)) {
    const say = (detail: string) => found.push({ pointer: pointerTo(pointer, path), detail });
    if (neverPasses(test)) say(NEVER);
    const bare = /^properties\.(.+)$/s.exec(path)?.[1];
    if (bare !== undefined) {
      say(
        `reads a property named "properties"; a bare path reads the properties already, so write ${quoted(bare)}`,
      );
    }
  }
  return found;
}

/** A score lies within 0 and 100, so it cannot move by more than that either. */
function scoreWarnings(score: Score, pointer: string): readonly Problem[] {
  const compared = comparedOf(score);
  if (compared === undefined) return [];
  const [key, compare] = compared;
  const least = key === 'rose' || key === 'fell' ? -SCORE_MAX : 0;
  const beyond = operandsOf(compare).find((each) => each < least || each > SCORE_MAX);
  if (beyond === undefined) return [];
  const detail =
    least === 0
      ? `compares with ${beyond}, but a score lies within 0 and ${SCORE_MAX}`
      : `compares with ${beyond}, but a score moves by at most ${SCORE_MAX}`;
  return [{ pointer: pointerTo(pointer, key), detail }];
}

function comparedOf(score: Score): readonly [string, Compare] | undefined {
  if ('is' in score) return ['is', score.is];
  if ('rose' in score) return ['rose', score.rose];
  if ('fell' in score) return ['fell', score.fell];
  return 'peak' in score ? ['peak', score.peak] : undefined;
}

function operandsOf(compare: Compare): readonly number[] {
  return typeof compare === 'number' ? [compare] : Object.values(compare).flat();
}

function nameWarning(name: string): string | undefined {
  if (name === 'Email Opened') {
    return 'opens mislead: mail programs open messages by themselves and others hide that people did; "Email Link Clicked" says more';
  }
  if (name === 'identify' || name === 'alias') {
    return `calls of \`${name}\` are not behaviour and are not counted; only a track event of this name would be`;
  }
  if (name !== 'page' && PAGE_VIEW.test(name.toLowerCase().replaceAll(/[^a-z]/g, ''))) {
    return `counts track events named ${quoted(name)}; page views are counted as "page"`;
  }
  return undefined;
}
