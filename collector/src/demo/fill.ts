import type {
  ImportAnswer,
  NewSiteAnswer,
  Page,
  ProblemAnswer,
  SiteAnswer,
} from '../query/answers.ts';
import { demoStory } from './story.ts';

/** By this name the site of the demo is known; nothing else is ever filled or removed. */
export const DEMO_SITE = 'Inkling demo (made-up people)';
/** How many visitors are made up. */
export const DEMO_PEOPLE = 400;

/** Of the ready-made segments those that the demo's visitors fill. */
const SEGMENTS = [
  ...['pricing-returners', 'product-comparers', 'pricing-hesitators', 'docs-evaluators'],
  ...['returning-visitors', 'cart-abandoners', 'bought-7d', 'buying-team', 'not-activated'],
];
/** Of the shop whose trials last two weeks. */
const IDLE_TRIALS = { id: 'idle-trials', params: { idle: '14d' } };

/** A collector as the demo reaches it. */
export interface Collector {
  /** Without a slash at the end. */
  readonly host: string;
  /** An admin key of the default site. */
  readonly secretKey: string;
}

/** What keeps the demo from going on, in words that say what to do. */
export class DemoProblem extends Error {}

export interface Filled {
  /** Opens the dashboard of the demo's site. */
  readonly secretKey: string;
  readonly writeKey: string;
  readonly events: number;
  readonly segments: readonly { readonly name: string; readonly size: number }[];
}

/**
 * Makes a site of its own and sends thirty days of made-up visitors to it.
 *
 * @param nowMs - When the thirty days end.
 * @throws {DemoProblem} Where there is a demo already, or the collector refuses.
 */
export async function fillDemo(collector: Collector, nowMs: number): Promise<Filled> {
  if ((await demoSites(collector)).length > 0) {
    throw new DemoProblem('The demo is there already. Remove it first: npm run demo -- --remove');
  }
  const site = await ask<NewSiteAnswer>(collector, 'POST', '/v1/sites', { name: DEMO_SITE });
  const own = { ...collector, secretKey: site.secretKey };
  const entries = [...SEGMENTS.map((id) => ({ id, params: {} })), IDLE_TRIALS];
  for (const { id, params } of entries) {
    await ask(own, 'POST', `/v1/catalogue/${id}/install`, { params });
  }
  const story = demoStory(nowMs, DEMO_PEOPLE);
  const lines = story.map((event) => JSON.stringify(event)).join('\n');
  const { accepted, errors } = await ask<ImportAnswer>(own, 'POST', '/v1/import', lines);
  if (accepted !== story.length) {
    throw new DemoProblem(`Not all events were taken: ${JSON.stringify(errors.slice(0, 3))}`);
  }
  const { data } = await ask<Page<Filled['segments'][number]>>(own, 'GET', '/v1/segments');
  const { secretKey, writeKey } = site;
  return { secretKey, writeKey, events: accepted, segments: data };
}

/**
 * Removes the demo's site with everything of it, and nothing else.
 *
 * @returns Whether there was one.
 * @throws {DemoProblem} Where the collector refuses.
 */
export async function removeDemo(collector: Collector): Promise<boolean> {
  const sites = await demoSites(collector);
  for (const { id } of sites) await ask(collector, 'DELETE', `/v1/sites/${id}`);
  return sites.length > 0;
}

async function demoSites(collector: Collector): Promise<readonly SiteAnswer[]> {
  const { data } = await ask<Page<SiteAnswer>>(collector, 'GET', '/v1/sites');
  return data.filter(({ name }) => name === DEMO_SITE);
}

/** @param body - A text is NDJSON, anything else JSON. */
async function ask<T>(
  { host, secretKey }: Collector,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const isText = typeof body === 'string';
  const response = await fetch(`${host}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${secretKey}`,
      ...(body !== undefined && {
        'Content-Type': isText ? 'application/x-ndjson' : 'application/json',
      }),
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  }).catch((error: unknown) => {
    const says = `No collector answers at ${host}. Start it with npm start, or set HOST and PORT.`;
    throw new DemoProblem(says, { cause: error });
  });
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const { status } = response;
  const type = response.headers.get('Content-Type');
  const detail =
    type === 'application/problem+json' ? (JSON.parse(text) as ProblemAnswer).detail : '';
  throw new DemoProblem(`${host}${path} answered ${status}: ${detail || 'no collector is there'}`);
}
