import type { Json } from '@inkling/sdk/protocol';
import type { Calendar } from './calendar.ts';
import type { DidTimes, Leaf } from './definition.ts';
import type { Facts, Traits } from './facts.ts';
import type { MatcherSpec } from './matcher.ts';
import type { Period } from './period.ts';
import type { Memory, Recency } from './recency.ts';
import type { ScoreModel } from './score-model.ts';

/** An answer and how long it is good for. */
export interface Verdict {
  readonly is: boolean;
  /** No earlier instant can change the answer by time alone; `Infinity` if none ever does. */
  readonly untilMs: number;
}

/** What changes of a person a condition has to be asked again after. */
export interface Reads {
  /** Ids of matchers. */
  readonly matchers?: readonly string[];
  /** Names under which a trait may have come in. */
  readonly traits?: readonly string[];
  /** The account, its traits and what holds of it. */
  readonly account?: true;
  /**
   * Something that fades all the time: when its answer changes is searched for only when that is near,
   * so that what it is good for may end before.
   */
  readonly fades?: true;
  /** When anything at all happened last. */
  readonly activity?: true;
  /** When anything at all happened first. */
  readonly beginning?: true;
  /** Keys of segments; `past` where it is not only about being a member now. */
  readonly segments?: readonly { readonly key: number; readonly past: boolean }[];
}

/** What there is to say of an answer beside yes or no. */
export interface Figures {
  /** How many count now, as far as the answer needs; `atLeast` says that there may be more. */
  readonly count?: number;
  readonly atLeast?: boolean;
  /** The figure or value that was tested. */
  readonly value?: Json;
  /** What a score is made of: the points of each category now, before and after its cap. */
  readonly parts?: readonly ScorePart[];
}

export interface ScorePart {
  /** `fit` for what traits give. */
  readonly id: string;
  readonly name: string;
  readonly raw: number;
  readonly capped: number;
}

/** A condition that holds no others, ready to be judged. */
export interface CompiledLeaf {
  readonly op: 'leaf';
  /** What it was made from; `known` stands for `who`. */
  readonly source: Leaf | { readonly known: boolean };
  readonly reads: Reads;
  /** At an instant that is not before any event of the person. */
  readonly judge: (facts: Facts, nowMs: number) => Verdict;
  /** The occurrences that the answer rests on, newest first. */
  readonly evidence: (facts: Facts, nowMs: number) => Recency;
  readonly figures?: (facts: Facts, nowMs: number) => Figures;
}

export type CompiledCondition =
  | { readonly op: 'all' | 'any'; readonly of: readonly CompiledCondition[] }
  | { readonly op: 'not'; readonly of: CompiledCondition }
  | CompiledLeaf;

/** What compiling a condition needs of the plan that it becomes part of. */
export interface Compiler {
  /** The site's. */
  readonly calendar: Calendar;
  readonly calendarOf: (zone: string) => Calendar;
  /** Interns a matcher whose list keeps at least this much; answers its id. */
  readonly matcher: (spec: MatcherSpec, need: Memory) => string;
  /** The key of a segment by its id; `undefined` for one that the site does not have. */
  readonly segmentKey: (id: string) => number | undefined;
  /**
   * A score by its id, its lists reaching so much further back; `undefined` for one that the site
   * does not have.
   */
  readonly scoreOf: (id: string, backMs: number) => CompiledScore | undefined;
  /** Notes that a trait of companies is read. */
  readonly accountTrait: (name: string) => void;
  /** Notes that companies are asked this. */
  readonly accountDid: (id: string, did: DidTimes) => void;
}

/** A score, ready to be read of a person. */
export interface CompiledScore {
  readonly key: number;
  readonly version: number;
  readonly revision: number;
  readonly calendar: Calendar;
  readonly model: ScoreModel;
  readonly categories: readonly CompiledCategory[];
  readonly fit: readonly CompiledFit[];
  readonly matchers: readonly string[];
  readonly traits: readonly string[];
}

export interface CompiledCategory {
  readonly cap: number;
  readonly halfLifeMs: number | null;
  /** Rules whose points add up and decay. */
  readonly adding: readonly CompiledAdding[];
  readonly lasting: readonly CompiledLasting[];
}

interface CompiledRule {
  readonly id: string;
  readonly name: string;
  readonly points: number;
  readonly matcher: string;
}

export type CompiledAdding = CompiledRule;

/** Points that hold while the newest match is recent and nothing has made them void. */
export interface CompiledLasting extends CompiledRule {
  readonly period?: Period;
  readonly until?: string;
}

export interface CompiledFit {
  readonly points: number;
  readonly read: (traits: Traits) => Json | undefined;
  readonly test: (value: Json | undefined, nowMs: number) => Verdict;
}

export const FOREVER: number = Number.POSITIVE_INFINITY;

export const NO_EVIDENCE = (): Recency => [];
