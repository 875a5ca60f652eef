import { formatInstant } from '../instant.ts';
import { leavesMs } from '../segments/advance.ts';
import type { Definition } from '../segments/definition.ts';
import { evidenceOf } from '../segments/evidence.ts';
import { eventWords } from '../segments/evidence-words.ts';
import type { CompiledSegment, Plan } from '../segments/plan.ts';
import { candidatesKey, cut } from '../segments/ranking.ts';
import type { State } from '../segments/state.ts';
import { warnings } from '../segments/warnings.ts';
import { definitionWords } from '../segments/words.ts';
import type { SiteDefinitions } from '../store/definitions.ts';
import type { Life } from '../store/lives.ts';
import type { Database } from '../store/open.ts';
import type { DiffAnswer, PreviewAnswer, SampleMember } from './answers.ts';
import { companyLives, leftOutOf } from './company-lives.ts';
import { type Effort, EVERYBODY, passOver } from './crowd.ts';
import { addDays, DAYS_MAX, dateOf, type Turns, tellDays } from './days.ts';
import { loadEvents, loadHistory } from './events.ts';
import { loadPeople } from './people.ts';
import { memberAnswer } from './person.ts';
import { planOf, replay } from './replay.ts';

/** Whose people a definition is run over, and as of when. */
export interface Scene extends Pick<SiteDefinitions, 'segments' | 'scores'> {
  readonly site: number;
  readonly timeZone: string;
  readonly nowMs: number;
}

/** No segment has this id: other segments go on reading the current definition. */
const PROPOSED = '(proposed)';
const SAMPLE_MAX = 10;
const WHY_MAX = 3;

/** Runs a definition over the history of the site as if it had always been there. */
export async function preview(
  database: Database,
  definition: Definition,
  scene: Scene,
  effort: Effort = EVERYBODY,
): Promise<PreviewAnswer> {
  const { site, timeZone, nowMs } = scene;
  const plan = planOf([definition], timeZone, scene);
  const segment = segmentOf(plan, 1);
  const lives = companyLives(database, { site, plan, keys: [segment.key] }, nowMs, effort);
  const run = { database, plan, lives, nowMs };
  const turns: Turns[] = [];
  const found: Contender[] = [];
  let people = 0;
  const visit = async (life: Life) => {
    people += 1;
    const { state, changes } = await relived(run, life);
    found.push(...contenders(segment, life.person.id, state, nowMs));
    for (const { segment: turned, direction, atMs } of changes) {
      if (turned !== segment) continue;
      const entered = direction === 'entered' ? 1 : 0;
      turns.push({ atMs, entered, left: 1 - entered });
    }
  };
  const sampled = await passOver(database, site, visit, effort, {
    readBesides: lives.eventsRead,
  });
  const members = kept(segment, found);
  return {
    words: definitionWords(definition),
    warnings: [...warnings(definition), ...rankingWarnings(definition)],
    ...{ size: members.length, people },
    sample: await samples(run, site, members, { segment, definition }),
    days: sinceFirst(turns, timeZone, nowMs),
    timeZone,
    ...(sampled && { sampled }),
    ...leftOutOf(lives),
  };
}

/** Who would enter and who would leave if a segment's definition were replaced by another. */
export async function diff(
  database: Database,
  { current, proposed }: { readonly current: Definition; readonly proposed: Definition },
  scene: Scene,
  effort: Effort = EVERYBODY,
): Promise<DiffAnswer> {
  const { site, timeZone, nowMs } = scene;
  const plan = planOf([current, { ...proposed, id: PROPOSED }], timeZone, scene);
  const before = { segment: segmentOf(plan, 1), definition: current };
  const after = { segment: segmentOf(plan, 2), definition: proposed };
  const keys = [before.segment.key, after.segment.key];
  const lives = companyLives(database, { site, plan, keys }, nowMs, effort);
  const run = { database, plan, lives, nowMs };
  const were: Contender[] = [];
  const are: Contender[] = [];
  const visit = async (life: Life) => {
    const { state } = await relived(run, life);
    were.push(...contenders(before.segment, life.person.id, state, nowMs));
    are.push(...contenders(after.segment, life.person.id, state, nowMs));
  };
  const sampled = await passOver(database, site, visit, effort, {
    readBesides: lives.eventsRead,
  });
  const was = kept(before.segment, were);
  const is = kept(after.segment, are);
  const entering = without(is, was);
  const leaving = without(was, is);
  return {
    ...{ words: definitionWords(proposed), warnings: warnings(proposed) },
    enter: { count: entering.length, sample: await samples(run, site, entering, after) },
    leave: { count: leaving.length, sample: await samples(run, site, leaving, before) },
    stay: is.length - entering.length,
    ...(sampled && { sampled }),
    ...leftOutOf(lives),
  };
}

/** What a run over the history works with. */
interface Run {
  readonly database: Database;
  readonly plan: Plan;
  readonly lives: ReturnType<typeof companyLives>;
  readonly nowMs: number;
}

/** Somebody of whom a definition is true; of those whom it ranks, with what they are ordered by. */
interface Contender {
  readonly id: number;
  readonly figure: number;
}

/** A segment of the run and what it is made of. */
interface Tried {
  readonly segment: CompiledSegment;
  readonly definition: Definition;
}

function segmentOf(plan: Plan, key: number): CompiledSegment {
  const segment = plan.segments.get(key);
  if (segment === undefined) throw new Error('Invariant broken: a plan has its segment');
  return segment;
}

async function relived({ plan, lives, nowMs }: Run, { person, history }: Life) {
  return replay(plan, person.state, history, nowMs, await lives.of(history));
}

/** The person, if the definition is true of them. */
function contenders(
  { key, ranking }: CompiledSegment,
  id: number,
  state: State,
  nowMs: number,
): readonly Contender[] {
  const standing = state.standings[ranking === undefined ? key : candidatesKey(key)];
  if (standing?.enteredMs === undefined) return [];
  return [{ id, figure: ranking?.figure(state, nowMs) ?? 0 }];
}

/** Those of them who are members. */
function kept({ ranking }: CompiledSegment, found: readonly Contender[]): readonly Contender[] {
  return ranking === undefined ? found : cut(ranking, found);
}

function without(some: readonly Contender[], others: readonly Contender[]): readonly Contender[] {
  const ids = new Set(others.map(({ id }) => id));
  return some.filter(({ id }) => !ids.has(id));
}

/** Tells of the first of some people. They are looked at once more, so that nobody was kept for it. */
async function samples(
  run: Run,
  site: number,
  some: readonly Contender[],
  tried: Tried,
): Promise<readonly SampleMember[]> {
  const ids = some.slice(0, SAMPLE_MAX).map(({ id }) => id);
  const people = await loadPeople(run.database, site, ids);
  const told: SampleMember[] = [];
  for (const id of ids) {
    const person = people.get(id);
    if (person === undefined) continue;
    const history = await loadHistory(run.database, person);
    const { state } = await relived(run, { person, history, memberOf: new Set() });
    told.push(await sampleMember(run, { person, history, state }, tried));
  }
  return told;
}

async function sampleMember(
  { database, plan, nowMs }: Run,
  { person, history, state }: Pick<Life, 'person' | 'history'> & { readonly state: State },
  { segment, definition }: Tried,
): Promise<SampleMember> {
  const { key, ranking, condition } = segment;
  const stands = ranking === undefined ? key : candidatesKey(key);
  const { enteredMs = nowMs } = state.standings[stands] ?? {};
  const dueMs = leavesMs(plan, state, stands);
  const standing = { enteredMs, ...(dueMs !== undefined && { dueMs }) };
  const ids = evidenceOf(condition, state, nowMs).slice(0, WHY_MAX);
  const own = new Map(history.map(([event, id]) => [id, event]));
  const others = ids.filter((id) => !own.has(id));
  const found = others.length === 0 ? undefined : await loadEvents(database, person.site, others);
  const evidence = ids.flatMap((id) => {
    const event = own.get(id) ?? found?.get(id)?.event;
    if (event === undefined) return [];
    const words = `${eventWords(event)}, ${formatInstant(event.atMs)}`;
    return [own.has(id) ? words : `A colleague: ${words}`];
  });
  // What holds because nothing happened has no events to show.
  const why = evidence.length > 0 ? evidence : [definitionWords(definition)];
  return { ...memberAnswer(person, state, standing), why };
}

function rankingWarnings({ top }: Definition): PreviewAnswer['warnings'] {
  if (top === undefined) return [];
  const detail = 'ranks people as they are now: who would have come and gone before is not told';
  return [{ pointer: '/top', detail }];
}

function sinceFirst(turns: readonly Turns[], timeZone: string, nowMs: number) {
  if (turns.length === 0) return [];
  const date = dateOf(timeZone);
  const to = date(nowMs);
  const first = date(turns.reduce((earliest, { atMs }) => Math.min(earliest, atMs), nowMs));
  const earliest = addDays(to, 1 - DAYS_MAX);
  return tellDays(turns, { from: first > earliest ? first : earliest, to, timeZone });
}
