import { hash53 } from '../canonical.ts';
import { type CompiledLeaf, FOREVER, NO_EVIDENCE } from '../compiled.ts';
import type { InBucket } from '../definition.ts';

const HASHES = 2 ** 53;

/** A draw that is the same for the same person and salt on every machine and at every time. */
export function compileInBucket(source: InBucket): CompiledLeaf {
  const { salt, from, to } = source.bucket;
  return {
    op: 'leaf',
    source,
    reads: {},
    judge: ({ self }) => {
      const drawn = percentile(salt, self);
      return { is: from <= drawn && drawn < to, untilMs: FOREVER };
    },
    evidence: NO_EVIDENCE,
    figures: ({ self }) => ({ value: percentile(salt, self) }),
  };
}

/** In [0, 100). */
export function percentile(salt: string, self: number): number {
  return (Number.parseInt(hash53(`${salt} ${self}`), 36) / HASHES) * 100;
}
