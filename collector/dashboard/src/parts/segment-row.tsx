import type { SegmentAnswer } from '../../../src/query/answers.ts';
import { InkBlot } from './ink-blot.tsx';
import { LiveNumber } from './live-number.tsx';
import { SegmentState } from './segment-state.tsx';

interface Props {
  readonly segment: SegmentAnswer;
  /** Its size against the largest segment's, 0 to 1. */
  readonly share: number;
}

/** A line of the list of segments; all of it leads to the segment. */
export function SegmentRow({ segment, share }: Props) {
  const { id, name, words, size } = segment;
  return (
    <li class="ledger-row">
      <InkBlot id={id} share={share} />
      <div class="ledger-text">
        <h2>
          <a href={`/segments/${encodeURIComponent(id)}`}>{name}</a>
        </h2>
        <p>{words}</p>
        <SegmentState segment={segment} />
      </div>
      <p class="ledger-size">
        <LiveNumber value={size} />
        <span class="unit">{size === 1 ? 'person' : 'people'}</span>
      </p>
    </li>
  );
}
