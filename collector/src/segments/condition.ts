import type { CompiledCondition, CompiledLeaf, Compiler } from './compiled.ts';
import type { Condition, Leaf } from './definition.ts';
import { compileAccount } from './leaves/account.ts';
import { compileDidAggregate } from './leaves/did-aggregate.ts';
import { compileDidTimes } from './leaves/did-times.ts';
import { compileDidTouch } from './leaves/did-touch.ts';
import { compileIdle } from './leaves/idle.ts';
import { compileInBucket } from './leaves/in-bucket.ts';
import { compileInSegment } from './leaves/in-segment.ts';
import { compileOnList } from './leaves/on-list.ts';
import { compileScoreIs } from './leaves/score.ts';
import { compileSeq } from './leaves/seq.ts';
import { compileTrait } from './leaves/trait.ts';

/** Makes a condition ready to be judged. */
export function compileCondition(condition: Condition, compiler: Compiler): CompiledCondition {
  if ('not' in condition) return { op: 'not', of: compileCondition(condition.not, compiler) };
  if ('all' in condition) return { op: 'all', of: partsOf(condition.all, compiler) };
  if ('any' in condition) return { op: 'any', of: partsOf(condition.any, compiler) };
  return compileLeaf(condition, compiler);
}

/** All conditions of a tree that hold no others. */
export function leavesOf(condition: CompiledCondition): readonly CompiledLeaf[] {
  if (condition.op === 'leaf') return [condition];
  return (condition.op === 'not' ? [condition.of] : condition.of).flatMap(leavesOf);
}

function partsOf(parts: readonly Condition[], compiler: Compiler): readonly CompiledCondition[] {
  return parts.map((part) => compileCondition(part, compiler));
}

/** A new kind of condition is a module in `leaves/` and a line here. */
function compileLeaf(leaf: Leaf, compiler: Compiler): CompiledLeaf {
  if ('did' in leaf) {
    if ('first' in leaf || 'latest' in leaf) return compileDidTouch(leaf, compiler);
    return 'is' in leaf ? compileDidAggregate(leaf, compiler) : compileDidTimes(leaf, compiler);
  }
  if ('seq' in leaf) return compileSeq(leaf, compiler);
  if ('idle' in leaf) return compileIdle(leaf, compiler);
  if ('trait' in leaf) return compileTrait(leaf, compiler);
  if ('score' in leaf) return compileScoreIs(leaf, compiler);
  if ('account' in leaf) return compileAccount(leaf, compiler);
  if ('segment' in leaf) return compileInSegment(leaf, compiler);
  if ('list' in leaf) return compileOnList(leaf, compiler);
  if ('bucket' in leaf) return compileInBucket(leaf);
  throw new Error(`Invariant broken: ${JSON.stringify(leaf)} is a kind of condition`);
}
