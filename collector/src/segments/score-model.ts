import type { Condition, Duration, EventName, Test, Where } from './definition.ts';

/** Every one is judged for everybody; a site has few. */
export const SCORES_MAX = 5;

/** How a site counts interest. What each member means is written in `collector/docs/scores.md`. */
export interface ScoreModel {
  readonly id: string;
  readonly name: string;
  /** Values lie in 0 to `max`. */
  readonly max: number;
  readonly categories: readonly ScoreCategory[];
  readonly fit: { readonly cap: number; readonly rules: readonly FitRule[] };
  /** From the top down; the last one takes everybody else who ever scored. */
  readonly bands: readonly ScoreBand[];
}

export interface ScoreCategory {
  readonly id: string;
  readonly name: string;
  /** After so long points are worth half; `null` if they keep their worth. */
  readonly halfLife: Duration | null;
  /** A category counts at most so much, and at least minus as much. */
  readonly cap: number;
  readonly rules: readonly ScoreRule[];
}

export interface ScoreRule {
  readonly id: string;
  readonly name: string;
  readonly did: EventName;
  readonly where?: Where;
  /** Whole points. Negative ones never decay and never add up. */
  readonly points: number;
  /** Every event, or the first of each session on each day; every event unless given. */
  readonly per?: 'event' | 'session';
  /** The points hold while the last such event is so recent, and count once however often it was. */
  readonly lasts?: Duration;
  /** What makes a lasting rule's points void, from its instant on. */
  readonly until?: { readonly did: EventName; readonly where?: Where };
}

/** Points for what a person is and not for what they do. */
export interface FitRule {
  readonly id: string;
  readonly name: string;
  readonly trait: string;
  readonly is: Test;
  readonly points: number;
}

/** Exactly one of the two bounds: values above `gt`, or from `gte` on. */
export interface ScoreBand {
  readonly id: string;
  readonly name: string;
  readonly gt?: number;
  readonly gte?: number;
}

/** A score as it is stored: its model and its internal numbers. */
export interface StoredScore {
  /** Our own integer; the bands' own numbers follow it. */
  readonly key: number;
  readonly version: number;
  /** The site's revision at which this version was saved. */
  readonly revision: number;
  readonly model: ScoreModel;
}

/** Each is judged like a segment. */
export const BANDS_MAX = 8;

/** The number under which a person remembers that they are in a band of a score. */
export function bandKey(score: number, place: number): number {
  return score + 1 + place;
}

/** Does the rule hold its points for some time instead of adding them up? */
export function isLasting({ points, lasts }: ScoreRule): boolean {
  return points < 0 || lasts !== undefined;
}

/** Being in a band, said as a condition. */
export function bandCondition({ id, bands }: ScoreModel, place: number): Condition {
  const reached = bands.map(
    ({ gt, gte = 0 }): Condition => ({ score: id, is: gt === undefined ? { gte } : { gt } }),
  );
  const above = reached.slice(0, place).map((not): Condition => ({ not }));
  const scored: Condition = { not: { score: id, none: true } };
  return { all: [scored, ...reached.slice(place, place + 1), ...above] };
}

/** The place of the band that a value lies in. */
export function bandOf({ bands }: Pick<ScoreModel, 'bands'>, value: number): number {
  const reached = ({ gt, gte = 0 }: ScoreBand) => (gt === undefined ? value >= gte : value > gt);
  const place = bands.findIndex(reached);
  return place < 0 ? bands.length - 1 : place;
}
