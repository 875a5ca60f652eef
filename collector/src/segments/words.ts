import type { Condition, Definition, Leaf } from './definition.ts';
import { durationWords } from './duration.ts';
import { accountWords, didWords, neverDidWords } from './words-did.ts';
import {
  bucketWords,
  listWords,
  type NameOf,
  notSegmentWords,
  rankingWords,
  scoreName,
  scoreWords,
  segmentWords,
} from './words-membership.ts';
import { idleWords, seqWords } from './words-seq.ts';
import { figureWords, plainValueWords, testWords } from './words-test.ts';

const NO_NAMES: NameOf = () => undefined;

/**
 * A whole definition in plain words: who, when they leave, and which of them are kept.
 *
 * @param nameOf - Names of the segments, scores and lists it refers to; their ids stand in.
 */
export function definitionWords(
  definition: Pick<Definition, 'who' | 'if' | 'leaveIf' | 'minStay' | 'top'>,
  nameOf: NameOf = NO_NAMES,
): string {
  const { leaveIf, minStay, top } = definition;
  const parts = [
    conditionWords(definition.if, nameOf) + leaveWords(definition.if, leaveIf, nameOf),
    ...(minStay === undefined ? [] : [`stays for at least ${durationWords(minStay)}`]),
    ...(top === undefined ? [] : [`only ${rankingWords(top, nameOf)}`]),
  ];
  const words = parts.join('; ');
  switch (definition.who) {
    case 'known':
      return `Known people: ${words}`;
    case 'anonymous':
      return `Anonymous visitors: ${words}`;
    default:
      return words;
  }
}

/**
 * A condition in plain words: "Viewed /pricing* in at least 2 sessions within 14 days". Names of
 * events and traits stay as they are, since case matters in them.
 */
export function conditionWords(condition: Condition, nameOf: NameOf = NO_NAMES): string {
  const words = phrase(condition, nameOf);
  return beginsWithPath(condition)
    ? words
    : words.replace(/^\(*\p{Ll}/u, (start) => start.toUpperCase());
}

/** A score that falls back says no more than the figure; anything else is said in full. */
function leaveWords(condition: Condition, leaveIf: Condition | undefined, nameOf: NameOf): string {
  if (leaveIf === undefined) return '';
  const isSameScore =
    'score' in condition &&
    'is' in condition &&
    'score' in leaveIf &&
    'is' in leaveIf &&
    condition.score === leaveIf.score;
  return isSameScore
    ? `, leaves ${figureWords(leaveIf.is)}`
    : `; leaves when ${phrase(leaveIf, nameOf)}`;
}

function beginsWithPath(condition: Condition): boolean {
  const [first] = 'all' in condition ? condition.all : 'any' in condition ? condition.any : [];
  return first === undefined ? 'trait' in condition : beginsWithPath(first);
}

/** Our own words in lower case, so that a phrase can stand within another. */
function phrase(condition: Condition, nameOf: NameOf): string {
  if ('all' in condition) return joined(condition.all, 'and', nameOf);
  if ('any' in condition) return joined(condition.any, 'or', nameOf);
  if ('not' in condition) return negated(condition.not, nameOf);
  return leafPhrase(condition, nameOf);
}

/** The comma tells conditions apart from the tests within one of them. */
function joined(conditions: readonly Condition[], word: 'and' | 'or', nameOf: NameOf): string {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return phrase(only, nameOf);
  return conditions
    .map((each) => (hasComma(each) ? `(${phrase(each, nameOf)})` : phrase(each, nameOf)))
    .join(`, ${word} `);
}

function hasComma(condition: Condition): boolean {
  if ('all' in condition) return condition.all.length > 1 || condition.all.some(hasComma);
  if ('any' in condition) return condition.any.length > 1 || condition.any.some(hasComma);
  return 'seq' in condition && (condition.within ?? condition.same) !== undefined;
}

function negated(condition: Condition, nameOf: NameOf): string {
  return ownNegation(condition, nameOf) ?? `not (${phrase(condition, nameOf)})`;
}

function ownNegation(condition: Condition, nameOf: NameOf): string | undefined {
  if ('did' in condition) return neverDidWords(condition);
  if ('segment' in condition) return notSegmentWords(condition, nameOf);
  if ('list' in condition) return `not ${listWords(condition, nameOf)}`;
  if ('bucket' in condition) return `not ${bucketWords(condition)}`;
  if ('none' in condition) return `any ${scoreName(condition.score, nameOf)}`;
  return undefined;
}

function leafPhrase(leaf: Leaf, nameOf: NameOf): string {
  if ('did' in leaf) return didWords(leaf);
  if ('seq' in leaf) return seqWords(leaf);
  if ('idle' in leaf) return idleWords(leaf);
  if ('trait' in leaf) return `${leaf.trait} ${testWords(leaf.is, plainValueWords)}`;
  if ('account' in leaf) return accountWords(leaf);
  if ('score' in leaf) return scoreWords(leaf, nameOf);
  if ('segment' in leaf) return segmentWords(leaf, nameOf);
  return 'list' in leaf ? listWords(leaf, nameOf) : bucketWords(leaf);
}
