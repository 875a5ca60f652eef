import type { InBucket, InSegment, OnList, Ranking, Score } from './definition.ts';
import { figureWords, valueWords } from './words-test.ts';
import { windowWords } from './words-window.ts';

/** The name that people gave to what a definition refers to by id; `undefined` if it has none. */
export type NameOf = (kind: 'segment' | 'score' | 'list', id: string) => string | undefined;

/** What a score has to be: "lead score above 80", "lead score rose by at least 10 within 30 days". */
export function scoreWords(condition: Score, nameOf: NameOf): string {
  const score = scoreName(condition.score, nameOf);
  if ('none' in condition) return `no ${score}`;
  if ('is' in condition) return `${score} ${figureWords(condition.is)}`;
  const window = windowWords(condition.within);
  if ('rose' in condition) return `${score} rose by ${figureWords(condition.rose)} ${window}`;
  return 'fell' in condition
    ? `${score} fell by ${figureWords(condition.fell)} ${window}`
    : `peak of ${score} ${figureWords(condition.peak)} ${window}`;
}

/** "in Hot leads", "was in Hot leads at any time", "left Hot leads within 7 days". */
export function segmentWords({ segment, state, within }: InSegment, nameOf: NameOf): string {
  const name = nameOf('segment', segment) ?? `segment ${segment}`;
  const window = within === undefined ? '' : ` ${windowWords(within)}`;
  switch (state) {
    case 'out':
      return `not in ${name}`;
    case 'ever':
      return `was in ${name} at any time`;
    case 'entered':
    case 'left':
      return `${state} ${name}${window}`;
    default:
      return `in ${name}`;
  }
}

/** The opposite of a membership in words of its own; `undefined` for what has none. */
export function notSegmentWords(condition: InSegment, nameOf: NameOf): string | undefined {
  const name = nameOf('segment', condition.segment) ?? `segment ${condition.segment}`;
  switch (condition.state) {
    case undefined:
    case 'in':
      return `not in ${name}`;
    case 'out':
      return `in ${name}`;
    case 'ever':
      return `was never in ${name}`;
    default:
      return undefined;
  }
}

export function listWords({ list }: OnList, nameOf: NameOf): string {
  return `on list ${nameOf('list', list) ?? list}`;
}

export function bucketWords({ bucket: { salt, from, to } }: InBucket): string {
  return `in the share from ${from} to ${to} % of the draw ${valueWords(salt)}`;
}

/** "the 10 people with the highest lead score", "the top 10 % by rise of lead score within 30 days". */
export function rankingWords({ by, n, percent }: Ranking, nameOf: NameOf): string {
  const score = scoreName(by.score, nameOf);
  const window = by.within === undefined ? '' : ` ${windowWords(by.within)}`;
  const order = by.what === 'value' ? score : `${by.what} of ${score}${window}`;
  return `the top ${n ?? `${percent} %`} by ${order}`;
}

export function scoreName(id: string, nameOf: NameOf): string {
  const name = nameOf('score', id) ?? id;
  return /score$/i.test(name) ? name : `${name} score`;
}
