import { formatInstant } from '../instant.ts';
import type { Definition } from '../segments/definition.ts';
import { evidenceOf } from '../segments/evidence.ts';
import { eventWords } from '../segments/evidence-words.ts';
import type { CompiledSegment } from '../segments/plan.ts';
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
import { loadEvents } from './events.ts';
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
  const segment = plan.segments.get(1);
  if (segment === undefined) throw new Error('Invariant broken: a plan has its segment');
  const turns: Turns[] = [];
  const sample: SampleMember[] = [];
  let size = 0;
  let people = 0;
  const lives = companyLives(database, { site, plan, keys: [1] }, nowMs, effort);
  const visit = async (life: Life) => {
    people += 1;
    const companies = await lives.of(life.history);
    const { state, changes } = replay(plan, life.person.state, life.history, nowMs, companies);
    for (const { segment: turned, direction, atMs } of changes) {
      if (turned !== segment) continue;
      const entered = direction === 'entered' ? 1 : 0;
      turns.push({ atMs, entered, left: 1 - entered });
    }
    const member = sampleMember(life, state, segment, { database, definition, nowMs });
    if (member !== undefined) size += 1;
    if (member !== undefined && sample.length < SAMPLE_MAX) sample.push(await member());
  };
  const sampled = await passOver(database, site, visit, effort, {
    readBesides: lives.eventsRead,
  });
  return {
    words: definitionWords(definition),
    warnings: warnings(definition),
    ...{ size, people, sample },
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
  const before = plan.segments.get(1);
  const after = plan.segments.get(2);
  if (before === undefined || after === undefined) {
    throw new Error('Invariant broken: a plan has its segments');
  }
  const enter: { count: number; sample: SampleMember[] } = { count: 0, sample: [] };
  const leave: { count: number; sample: SampleMember[] } = { count: 0, sample: [] };
  let stay = 0;
  const lives = companyLives(database, { site, plan, keys: [1, 2] }, nowMs, effort);
  const sampled = await passOver(
    database,
    site,
    async (life) => {
      const companies = await lives.of(life.history);
      const { state } = replay(plan, life.person.state, life.history, nowMs, companies);
      const was = sampleMember(life, state, before, { database, definition: current, nowMs });
      const is = sampleMember(life, state, after, { database, definition: proposed, nowMs });
      if (was && is) stay += 1;
      const turned = was ?? is;
      if (turned !== undefined && !(was && is)) {
        const side = is ? enter : leave;
        side.count += 1;
        if (side.sample.length < SAMPLE_MAX) side.sample.push(await turned());
      }
    },
    effort,
    { readBesides: lives.eventsRead },
  );
  const told = { words: definitionWords(proposed), warnings: warnings(proposed) };
  return { ...told, enter, leave, stay, ...(sampled && { sampled }), ...leftOutOf(lives) };
}

/** Tells of a member on request; `undefined` for somebody who is none. */
function sampleMember(
  { person, history }: Life,
  state: State,
  segment: CompiledSegment,
  { database, definition, nowMs }: Sampled,
): (() => Promise<SampleMember>) | undefined {
  const { enteredMs, dueMs } = state.standings[segment.key] ?? {};
  if (enteredMs === undefined) return undefined;
  return async () => {
    const standing = { enteredMs, ...(dueMs !== undefined && { dueMs }) };
    const ids = evidenceOf(segment.condition, state, nowMs).slice(0, WHY_MAX);
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
  };
}

/** What members are told of. */
interface Sampled {
  readonly database: Database;
  readonly definition: Definition;
  readonly nowMs: number;
}

function sinceFirst(turns: readonly Turns[], timeZone: string, nowMs: number) {
  if (turns.length === 0) return [];
  const date = dateOf(timeZone);
  const to = date(nowMs);
  const first = date(turns.reduce((earliest, { atMs }) => Math.min(earliest, atMs), nowMs));
  const earliest = addDays(to, 1 - DAYS_MAX);
  return tellDays(turns, { from: first > earliest ? first : earliest, to, timeZone });
}
