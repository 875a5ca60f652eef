import type { CompiledCategory, CompiledLasting, CompiledScore, Compiler } from './compiled.ts';
import { durationMs } from './duration.ts';
import { compilePeriod } from './period.ts';
import { isLasting, type ScoreRule, type StoredScore } from './score-model.ts';
import { compileTimedTest } from './timed-test.ts';
import { compileTraitPath } from './traits.ts';
import { lifeMs, SLICE_MS_MAX } from './worth.ts';

/** How far back everybody's score is remembered at least, so that it can be said who moved most. */
export const BACK_DAYS = 90;
const BACK_MS = (BACK_DAYS + 1) * 86_400_000;

/**
 * @param backMs - How far before now the score is asked about. Lists keep so much more.
 */
export function compileScore(
  stored: StoredScore,
  compiler: Compiler,
  backMs: number = BACK_MS,
): CompiledScore {
  const { model } = stored;
  const used: string[] = [];
  const intern: Compiler['matcher'] = (spec, memory) => {
    const id = compiler.matcher(spec, memory);
    used.push(id);
    return id;
  };
  const site = { ...compiler, matcher: intern };
  const categories = model.categories.map(({ cap, halfLife, rules }): CompiledCategory => {
    const halfLifeMs = halfLife === null ? null : (durationMs(halfLife) ?? null);
    return {
      cap,
      halfLifeMs,
      adding: rules
        .filter((rule) => !isLasting(rule))
        .map((rule) => ({ ...named(rule), matcher: adding(rule, halfLifeMs, site, backMs) })),
      lasting: rules.filter(isLasting).map((rule) => lasting(rule, site, backMs)),
    };
  });
  const fit = model.fit.rules.map(({ trait, is, points }) => ({
    points,
    read: compileTraitPath(trait),
    test: compileTimedTest(is, compiler.calendar),
  }));
  const traits = model.fit.rules.flatMap(({ trait }) => [trait, trait.split('.')[0] ?? trait]);
  const { key, version, revision } = stored;
  const matchers = [...new Set(used)];
  const { calendar } = compiler;
  return { key, version, revision, calendar, model, categories, fit, matchers, traits };
}

function named({ id, name, points }: ScoreRule) {
  return { id, name, points };
}

function adding(
  { did: events, where, per = 'event' }: ScoreRule,
  halfLifeMs: number | null,
  { matcher }: Pick<Compiler, 'matcher'>,
  backMs: number,
): string {
  const kind = per === 'session' ? 'firsts' : 'tally';
  const spec = {
    events,
    ...(where && { where }),
    worth: { halfLifeMs, per },
    memory: kind,
  } as const;
  // The day that holds the asked instant begins before it.
  return matcher(spec, { kind, horizonMs: lifeMs(halfLifeMs) + backMs + SLICE_MS_MAX });
}

/** By day, so that what was newest can be told of any day's start. */
function lasting(rule: ScoreRule, compiler: Compiler, backMs: number): CompiledLasting {
  const { did, where, lasts, until } = rule;
  const period = lasts === undefined ? undefined : compilePeriod(lasts, compiler.calendar);
  const horizonMs = (period?.msMax ?? Number.POSITIVE_INFINITY) + backMs + 2 * SLICE_MS_MAX;
  const days = (of: { readonly did: ScoreRule['did']; readonly where?: ScoreRule['where'] }) =>
    compiler.matcher(
      {
        events: of.did,
        ...(of.where && { where: of.where }),
        worth: { halfLifeMs: null, per: 'event' },
        memory: 'tally',
      },
      { kind: 'tally', horizonMs },
    );
  return {
    ...named(rule),
    matcher: days({ did, ...(where && { where }) }),
    ...(period && { period }),
    ...(until && { until: days(until) }),
  };
}
