import { type CompiledLeaf, FOREVER, NO_EVIDENCE } from '../compiled.ts';

/** Whether the person has a user id. */
export function compileKnown(known: boolean): CompiledLeaf {
  return {
    op: 'leaf',
    source: { known },
    reads: {},
    judge: (facts) => ({ is: facts.known === known, untilMs: FOREVER }),
    evidence: NO_EVIDENCE,
  };
}
