/**
 * A company is gone through again while no more than this happened to it. What depends on the past and
 * asks about a larger one is judged as events arrive.
 */
export const COMPANY_PAST_MAX = {
  /** Who ever named it. */
  people: 200,
  /** Of all that these people ever did. */
  events: 5_000,
} as const;
