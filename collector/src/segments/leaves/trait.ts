import type { CompiledLeaf, Compiler } from '../compiled.ts';
import { NO_EVIDENCE } from '../compiled.ts';
import type { TraitIs } from '../definition.ts';
import { compileTimedTest } from '../timed-test.ts';
import { compileTraitPath } from '../traits.ts';

/** What somebody said of the person, or the person of themselves. */
export function compileTrait({ trait, is }: TraitIs, compiler: Compiler): CompiledLeaf {
  const read = compileTraitPath(trait);
  const test = compileTimedTest(is, compiler.calendar);
  const [name = trait] = trait.split('.');
  return {
    op: 'leaf',
    source: { trait, is },
    reads: { traits: [...new Set([trait, name])] },
    judge: ({ traits }, nowMs) => test(read(traits), nowMs),
    evidence: NO_EVIDENCE,
    figures: ({ traits }) => {
      const value = read(traits);
      return value === undefined ? {} : { value };
    },
  };
}
