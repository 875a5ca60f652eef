import type { JsonObject } from '@inkling/sdk/protocol';
import { formatInstant } from '../instant.ts';
import { type Chance, createChance } from './chance.ts';
import { COMPANIES, FIRST_NAMES, LAST_NAMES, PERSONAS, type Persona, type Step } from './people.ts';

/** A wire event of the made-up past. */
export interface DemoEvent {
  readonly type: string;
  readonly messageId: string;
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

const DAY_MS = 86_400_000;
const STEP_MS = { least: 8_000, most: 90_000 };
const HOST = 'https://fernleaf.example';
const REFERRERS = ['', '', 'https://www.google.com/', 'https://news.ycombinator.com/'] as const;

/**
 * Thirty days of a shop for plant sensors that nobody runs, in the order of time.
 *
 * @param nowMs - The past ends before it.
 * @param people - How many visitors come.
 */
export function demoStory(nowMs: number, people: number, seed = 1): readonly DemoEvent[] {
  const chance = createChance(seed);
  const told: Told[] = [];
  for (let number = 0; number < people; number += 1) {
    told.push(...lifeOf(number, personaOf((100 * number) / people), chance, nowMs));
  }
  return told
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, type, ...event }, index) => ({
      ...event,
      ...{ type, messageId: `demo-${seed}-${index}`, timestamp: formatInstant(atMs) },
    }));
}

interface Deed {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Told extends Deed {
  readonly atMs: number;
}

function personaOf(percentile: number): Persona {
  let below = 0;
  const found = PERSONAS.find(({ share }) => {
    below += share;
    return percentile < below;
  });
  if (found === undefined) throw new Error('Invariant broken: the shares add up to 100');
  return found;
}

function lifeOf(number: number, persona: Persona, chance: Chance, nowMs: number): Told[] {
  const told: Told[] = [];
  const ids: { anonymousId: string; userId?: string } = { anonymousId: `demo-visitor-${number}` };
  const visits = [...persona.visits(chance)].sort((a, b) => b.daysAgo - a.daysAgo);
  const name = `${chance.of(FIRST_NAMES)} ${chance.of(LAST_NAMES)}`;
  for (const [index, { daysAgo, steps }] of visits.entries()) {
    const sessionId = `${number}-${index}`;
    const referrer = chance.of(REFERRERS);
    // The last step of the latest visit is past, too.
    let atMs = nowMs - Math.round(daysAgo * DAY_MS) - steps.length * STEP_MS.most;
    for (const step of steps) {
      told.push({ atMs, ...ids, ...wireOf(step, { sessionId, referrer }) });
      atMs += chance.whole(STEP_MS.least, STEP_MS.most);
      if (typeof step === 'string' || step.event !== 'Signed Up' || !persona.signsUp) continue;
      ids.userId = `demo-user-${number}`;
      told.push(...signUp({ atMs, ids, name, number }, persona));
    }
  }
  return told;
}

interface Context {
  readonly sessionId: string;
  readonly referrer: string;
}

function wireOf(step: Step, { sessionId, referrer }: Context): Deed {
  if (typeof step !== 'string') {
    const { event, properties = {} } = step;
    return { type: 'track', event, properties, context: { sessionId } };
  }
  const page = { path: step, url: `${HOST}${step}`, referrer };
  return { type: 'page', properties: { path: step }, context: { sessionId, page } };
}

interface SignUp {
  readonly atMs: number;
  readonly ids: object;
  readonly name: string;
  readonly number: number;
}

/** Says who it is, what the billing system knows, and whose colleague. */
function signUp({ atMs, ids, name, number }: SignUp, persona: Persona): readonly Told[] {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}.${number}@demo.example`;
  const billing: JsonObject = persona.billing
    ? { stripe: { ...persona.billing }, plan: persona.billing.plan }
    : {};
  const who = { atMs, type: 'identify', ...ids, traits: { name, email, ...billing } };
  if (!persona.company) return [who];
  const company = COMPANIES[number % COMPANIES.length] ?? COMPANIES[0];
  return [who, { atMs, type: 'group', ...ids, groupId: company.id, traits: company.traits }];
}
