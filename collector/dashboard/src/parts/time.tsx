import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { countdownWords, exactWords, relativeWords } from '../time.ts';

interface Props {
  /** ISO 8601, as the API gives it. */
  readonly at: string;
  /** `ago` says how far away it is, `countdown` what is left until then. */
  readonly as?: 'ago' | 'countdown';
}

/** A moment in words that stay true while the page is open; its title has the exact time. */
export function Time({ at, as = 'ago' }: Props) {
  const words = useMemo(() => {
    const inWords = as === 'ago' ? relativeWords : countdownWords;
    const atMs = Date.parse(at);
    return computed(() => inWords(atMs, nowMs.value));
  }, [at, as]);
  return (
    <time dateTime={at} title={exactWords(Date.parse(at))}>
      {words}
    </time>
  );
}
