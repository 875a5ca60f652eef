import { SIGN_UPS } from './catalogue-parts.ts';
import type { Condition } from './definition.ts';
import { durationWords } from './duration.ts';
import { CONDITIONS_MAX, COUNT_MAX } from './limits.ts';
import {
  type CatalogueEntry,
  count,
  days,
  entryOf,
  events,
  factor,
  trait,
  window,
  words,
} from './recipe.ts';

const IDLE_DAYS = [7, 14, 30, 60, 90, 180] as const;

/** Read from when somebody was here last, and how often. */
export const activityEntries: readonly CatalogueEntry[] = [
  ...IDLE_DAYS.map(idleEntry),
  entryOf({
    id: 'idle-trials',
    name: 'Idle trials',
    reads: 'Is on trial and has not been here for long. The status comes from the billing system.',
    parameters: {
      idle: window('30d', 'For how long nothing happened'),
      status: trait('stripe.status', 'The trait with the status of the subscription'),
      trial: words('trial, trialing', 'Values that mean a trial'),
    },
    condition: ({ idle, status, trial }) => ({
      all: [{ idle }, { trait: status, is: { in: trial } }],
    }),
  }),
  entryOf({
    id: 'trial-ending',
    name: 'Trial ending',
    kind: 'explicit',
    reads: 'Has a trial that ends soon. The date comes from the billing system or the app.',
    parameters: {
      ends: trait('trial_ends_at', 'The trait with the date on which the trial ends'),
      next: window('1d', 'How soon'),
    },
    condition: ({ ends, next }) => ({ trait: ends, is: { next } }),
  }),
  entryOf({
    id: 'not-activated',
    name: 'Not activated',
    reads: 'Signed up some days ago and has not taken the step that makes the product useful.',
    parameters: {
      signUps: SIGN_UPS,
      steps: events('Activated, Onboarding Completed, Integration Connected', 'that key step'),
      after: days(3, 'Days after the sign-up'),
      during: days(27, 'Days for which somebody then stays, if the step is never taken'),
    },
    condition: ({ signUps, steps, after, during }) => ({
      all: [
        { did: signUps, within: { from: `${after + during}d`, to: `${after}d` } },
        { not: { did: steps } },
      ],
    }),
  }),
  entryOf({
    id: 'won-back',
    name: 'Won back',
    reads: 'Came back after a long silence.',
    parameters: {
      activity: events('page, screen', 'that somebody is here'),
      back: days(7, 'Days since the return, at most'),
      silence: days(30, 'Days of silence before it, at least'),
    },
    condition: ({ activity, back, silence }) => ({
      all: [
        { did: activity, within: `${back}d` },
        { not: { did: activity, within: { from: `${back + silence}d`, to: `${back}d` } } },
        { did: activity, within: { from: '400d', to: `${back + silence}d` } },
      ],
    }),
  }),
  entryOf({
    id: 'surging-now',
    name: 'Surging now',
    reads:
      'Comes much more often than usual: visits of the last 7 days against the mean of the three weeks before.',
    parameters: {
      sessions: count(3, 'Visits of the last 7 days'),
      times: factor(2, 'How many times the mean of the weeks before'),
    },
    condition: surge,
  }),
];

function idleEntry(idleDays: number): CatalogueEntry {
  return entryOf({
    id: `idle-${idleDays}`,
    name: `Idle for ${idleDays} days`,
    reads: 'Was here once and did nothing at all since.',
    parameters: { idle: window(`${idleDays}d`, 'For how long nothing happened') },
    variant: ({ idle }) => ({
      id: `idle-${idle.replace(/d$/, '')}`,
      name: `Idle for ${durationWords(idle)}`,
    }),
    condition: ({ idle }) => ({ idle }),
  });
}

/** A row is an `all` of two, and an `any` holds them. */
const SURGE_ROWS = Math.floor((CONDITIONS_MAX - 1) / 3);

/**
 * "n visits this week and p in the three weeks before, with n ≥ factor · p / 3", said as one row for
 * each n: at least n visits and at most 3 n / factor before. Exact up to the last row, which is for 18
 * visits a week by default; above it those are left out who had more than that row's number before.
 */
function surge({
  sessions,
  times,
}: {
  readonly sessions: number;
  readonly times: number;
}): Condition {
  const rows = Array.from({ length: SURGE_ROWS }, (_, row) => sessions + row).filter(
    (visited) => visited <= COUNT_MAX,
  );
  const visits = { did: 'page', distinct: 'session' } as const;
  return {
    any: rows.map((visited) => ({
      all: [
        { ...visits, times: visited, within: '7d' },
        {
          ...visits,
          times: { lte: Math.min(COUNT_MAX, Math.floor((3 * visited) / times)) },
          within: { from: '28d', to: '7d' },
        },
      ],
    })),
  };
}
