import { canonicalJson, hash53 } from '../canonical.ts';
import { type CompiledLeaf, type Compiler, FOREVER, NO_EVIDENCE } from '../compiled.ts';
import type { Account, DidTimes } from '../definition.ts';
import type { AccountFacts } from '../facts.ts';
import { compileTimedTest } from '../timed-test.ts';
import { compileKeys } from '../where.ts';
import { compileDidTimes } from './did-times.ts';

const NO_TRAITS: AccountFacts['traits'] = {};

/** What is known of the person's company, or what all of its people did together. */
export function compileAccount(source: Account, compiler: Compiler): CompiledLeaf {
  return typeof source.account === 'string'
    ? compileAccountTrait(source as Extract<Account, { readonly account: string }>, compiler)
    : compileAccountDid({ account: source.account }, compiler);
}

/** Names a condition on all people of a company together, the same on every machine. */
export function accountConditionId(did: DidTimes): string {
  return hash53(canonicalJson(did));
}

/** Somebody without a company has none of its traits, so that only tests of what is missing pass. */
function compileAccountTrait(
  { account, is }: Extract<Account, { readonly account: string }>,
  compiler: Compiler,
): CompiledLeaf {
  const read = compileKeys(account);
  const test = compileTimedTest(is, compiler.calendar);
  const [name = account] = account.split('.');
  for (const each of new Set([account, name])) compiler.accountTrait(each);
  return {
    op: 'leaf',
    source: { account, is },
    reads: { account: true },
    judge: (facts, nowMs) => test(read(facts.account?.traits ?? NO_TRAITS), nowMs),
    evidence: NO_EVIDENCE,
    figures: (facts) => {
      const value = read(facts.account?.traits ?? NO_TRAITS);
      return value === undefined ? {} : { value };
    },
  };
}

/**
 * The company is asked, and its people are told what holds. Each of them keeps a list of their own
 * all the same: from those the company's is made again when somebody leaves it.
 */
function compileAccountDid(
  source: { readonly account: DidTimes },
  compiler: Compiler,
): CompiledLeaf {
  const id = accountConditionId(source.account);
  const did = compileDidTimes(source.account, compiler);
  compiler.accountDid(id, source.account);
  return {
    op: 'leaf',
    source,
    reads: { account: true },
    judge: ({ account }, nowMs) =>
      account?.itself === undefined
        ? { is: account?.holds.includes(id) ?? false, untilMs: FOREVER }
        : did.judge(account.itself, nowMs),
    evidence: ({ account }, nowMs) =>
      account?.itself === undefined ? [] : did.evidence(account.itself, nowMs),
    figures: ({ account }, nowMs) =>
      account?.itself === undefined ? {} : (did.figures?.(account.itself, nowMs) ?? {}),
  };
}
