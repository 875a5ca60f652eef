import type { SegmentAnswer } from '../../../src/query/answers.ts';

const KIND_WORDS = {
  implicit: 'From behaviour',
  explicit: 'From facts',
} as const;

const WHO_WORDS = {
  all: undefined,
  known: 'Known people only',
  anonymous: 'Anonymous people only',
} as const;

/** Of what kind a segment is, and how far it has got while it is being built. */
export function SegmentState({ segment }: { readonly segment: SegmentAnswer }) {
  const { kind, who, status, progress } = segment;
  const percent = Math.floor(progress * 100);
  return (
    <ul class="tags">
      <li>{KIND_WORDS[kind]}</li>
      {WHO_WORDS[who] !== undefined && <li>{WHO_WORDS[who]}</li>}
      {status === 'building' && (
        <li class="building">
          Looking at past visitors
          <progress value={percent} max={100} aria-label="Past visitors looked at">
            {percent} %
          </progress>
          {percent} %
        </li>
      )}
    </ul>
  );
}
