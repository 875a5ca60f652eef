/** Every segment has an ink blot of its own, drawn from its id, by which the eye finds it again. */
export interface Blot {
  /** SVG path data; the blot has a mean radius of 1 around the origin. */
  readonly path: string;
  /** Droplets beside it. */
  readonly drops: readonly { readonly x: number; readonly y: number; readonly r: number }[];
}

const CORNERS = 9;
/** How far a corner may lie off the circle. More looks torn. */
const WOBBLE = 0.16;
const DROPS = 2;

/** The blot of `id`; the same id always gives the same. */
export function blotOf(id: string): Blot {
  const random = randomFrom(id);
  const corners = Array.from({ length: CORNERS }, (_, index) =>
    polar((index / CORNERS) * 2 * Math.PI, 1 + (random() - 0.5) * 2 * WOBBLE),
  );
  const drops = Array.from({ length: DROPS }, () => ({
    ...polar(random() * 2 * Math.PI, 1.24 + random() * 0.16),
    r: rounded(0.06 + random() * 0.1),
  }));
  return { path: smooth(corners), drops };
}

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
