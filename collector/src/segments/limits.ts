/** How deep conditions may nest; the outermost counts as 1. Deeper ones nobody can read. */
export const CONDITION_DEPTH_MAX = 5;
/** Conditions of one segment, `all`, `any` and `not` included. Bounds the work of one event. */
export const CONDITIONS_MAX = 50;
/** Paths of one `where`. */
export const WHERE_PATHS_MAX = 20;
/** Values of `in`, `nin`, `hasAny`, `hasAll`: enough for a pasted list, little enough to keep in memory. */
export const LIST_VALUES_MAX = 1_000;
/** Names in one `did`. */
export const EVENT_NAMES_MAX = 20;
/** Stars in one glob: nobody needs more, and each costs one more search through the text. */
export const GLOB_STARS_MAX = 5;
/** Globs in one list. */
export const GLOBS_MAX = 20;
/** Steps of one sequence. Every occurrence is held against those before it, so that each step costs. */
export const SEQ_STEPS_MAX = 10;
/** Paths in one `same`. */
export const SAME_PATHS_MAX = 5;
/** Any text of a definition that has no narrower limit. */
export const STRING_CHARS_MAX = 1_024;
/** Largest count that a definition may compare with. State grows with it. */
export const COUNT_MAX = 1_000;
export const NAME_CHARS_MAX = 200;
export const TAGS_MAX = 20;
export const TAG_CHARS_MAX = 64;
/** Shortest window, milliseconds: clocks of browsers agree no better. */
export const WINDOW_MS_MIN = 1_000;
/** Longest window, milliseconds: 400 days, a year and a month. */
export const WINDOW_MS_MAX: number = 400 * 86_400_000;
/** Longest window in calendar months: 13 of them are at most 397 days. */
export const WINDOW_MONTHS_MAX = 13;
export const WINDOW_YEARS_MAX = 1;
/** The salt of a bucket. */
export const SALT_CHARS_MAX = 64;
/** People whom a ranking can keep. */
export const RANKED_MAX = 100_000;
/** A score is never lower than 0 nor higher than this. */
export const SCORE_MAX = 100;
/** Problems reported of one definition. Further ones show when these are mended. */
export const PROBLEMS_MAX = 100;
