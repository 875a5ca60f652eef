import { useMemo } from 'preact/hooks';
import { blotOf } from '../blot.ts';

interface Props {
  /** The segment whose blot it is. */
  readonly id: string;
  /** How large among its neighbours, 0 to 1; the area grows with it. */
  readonly share: number;
}

/** Radius of an empty segment's blot and of the largest, in a box of 48 by 48. */
const RADIUS_MIN = 4;
const RADIUS_MAX = 15;

/** A segment's own blot of ink. The figure beside it says the same to those who cannot see it. */
export function InkBlot({ id, share }: Props) {
  const { path, drops } = useMemo(() => blotOf(id), [id]);
  const radius =
    RADIUS_MIN + (RADIUS_MAX - RADIUS_MIN) * Math.sqrt(Math.min(Math.max(share, 0), 1));
  return (
    <svg class="blot" viewBox="-24 -24 48 48" width="48" height="48" aria-hidden="true">
      <g transform={`scale(${radius.toFixed(2)})`}>
        <path d={path} />
        {drops.map(({ x, y, r }) => (
          <circle key={x} cx={x} cy={y} r={r} />
        ))}
      </g>
    </svg>
  );
}
