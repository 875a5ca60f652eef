/** Every segment has an ink blot of its own, drawn from its id, by which the eye finds it again. */
export interface Blot {
  /** SVG path data; the blot has a mean radius of 1 around the origin. */
  readonly path: string;
  /** Droplets beside it. */
  readonly drops: readonly { readonly x: number; readonly y: number; readonly r: number }[];
}

/** Points of the outline; a curve runs through them. */
const POINTS = 18;
/** How far each wave round the outline swings: slow waves give the shape, fast ones the edge. */
const SWINGS = [0.11, 0.075, 0.045, 0.025] as const;
/** Waves round the outline of the first swing; a single one would only move the circle. */
const WAVES_FIRST = 2;
/** Two droplets lie at least this far apart, in radians. */
const DROPS_APART = 0.9;

/** The blot of `id`; the same id always gives the same. */
export function blotOf(id: string): Blot {
  const random = randomFrom(id);
  const phases = SWINGS.map(() => random() * TURN);
  const radiusAt = (angle: number) =>
    SWINGS.reduce(
      (radius, swing, index) =>
        radius + swing * Math.sin((index + WAVES_FIRST) * angle + (phases[index] ?? 0)),
      1,
    );
  const outline = Array.from({ length: POINTS }, (_, index) => {
    const angle = (index / POINTS) * TURN;
    return polar(angle, radiusAt(angle));
  });
  const first = random() * TURN;
  const drops = [first, first + DROPS_APART * (1 + random())].map((angle) => ({
    ...polar(angle, radiusAt(angle) + 0.2 + random() * 0.12),
    r: rounded(0.07 + random() * 0.1),
  }));
  return { path: smooth(outline), drops };
}

const TURN = 2 * Math.PI;

interface Point {
  readonly x: number;
  readonly y: number;
}

function polar(angle: number, radius: number): Point {
  return { x: rounded(Math.cos(angle) * radius), y: rounded(Math.sin(angle) * radius) };
}

/** A closed Catmull-Rom curve through `points`, as Bézier pieces. */
function smooth(points: readonly Point[]): string {
  const at = (index: number): Point => points.at(index % points.length) ?? { x: 0, y: 0 };
  const text = ({ x, y }: Point) => `${rounded(x)} ${rounded(y)}`;
  const pieces = points.map((from, index) => {
    const to = at(index + 1);
    const before = at(index - 1);
    const after = at(index + 2);
    const first = { x: from.x + (to.x - before.x) / 6, y: from.y + (to.y - before.y) / 6 };
    const second = { x: to.x - (after.x - from.x) / 6, y: to.y - (after.y - from.y) / 6 };
    return `C${text(first)} ${text(second)} ${text(to)}`;
  });
  return `M${text(at(0))}${pieces.join('')}Z`;
}

/** Numbers in [0, 1) that depend on `seed` alone: FNV-1a, stirred by a linear congruence. */
function randomFrom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const character of seed) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
