/** Visitors of a site that sells software: what they do, in the words of the SDK. */
import { randomUUID } from 'node:crypto';
import type { JsonObject, WireContext, WireEvent } from '@inkling/sdk/protocol';

/** People who are known before the first measured event. */
export const VISITORS = 20_000;
/** People who are on the site at the same time. */
const VISITS = 2_000;
/** A visit ends after one event in so many. */
const EVENTS_PER_VISIT = 6;
/** The SDK holds events back for a moment; by this much they are older than their request. */
const QUEUED_MS_MAX = 3_000;
/** A visit's events leave in their order, but for one in so many, which another tab or an outage kept. */
const EVENTS_PER_STRAGGLER = 100;
const WEEK_MS = 7 * 86_400_000;
const SITE = 'https://www.lumen-analytics.example';
const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

export interface Traffic {
  /** The next event of somebody who is on the site now; recent visitors act more often. */
  readonly next: (nowMs: number) => WireEvent;
  /** The next event of anybody at all, in a visit of its own: nobody is likelier than others. */
  readonly anybody: (nowMs: number) => WireEvent;
  /** One page view of each of these visitors, of all unless given, at some moment of the week before. */
  readonly past: (nowMs: number, whom?: Iterable<number>) => IterableIterator<WireEvent>;
}

interface Visit {
  readonly visitor: number;
  readonly sessionId: string;
  /** How long this browser holds its events back. */
  readonly queuedMs: number;
}

/**
 * @param seed - The same seed gives the same people on the same paths; only messageIds differ.
 * @param visitors - How many there are.
 */
export function createTraffic(seed: number, visitors: number = VISITORS): Traffic {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
  // Squared, the draw prefers low numbers: a quarter of the people come half of the time.
  const skewed = (limit: number) => Math.floor(random() ** 2 * limit);
  let visitsMade = 0;
  const newVisit = (visitor: number): Visit => {
    visitsMade += 1;
    const sessionId = `${seed}-${visitsMade.toString(36)}`;
    return { visitor, sessionId, queuedMs: below(QUEUED_MS_MAX) };
  };
  /** Nobody is here twice at the same time. */
  const present = new Set<number>();
  const arrival = (): Visit => {
    let visitor = skewed(visitors);
    while (present.has(visitor)) visitor = skewed(visitors);
    present.add(visitor);
    return newVisit(visitor);
  };
  const visits = Array.from({ length: Math.min(VISITS, visitors / 2) }, arrival);

  const next = (nowMs: number): WireEvent => {
    const position = skewed(visits.length);
    let visit = visits[position] ?? arrival();
    if (below(EVENTS_PER_VISIT) === 0) {
      present.delete(visit.visitor);
      visit = arrival();
      visits[position] = visit;
    }
    return eventIn(visit, nowMs);
  };
  const anybody = (nowMs: number): WireEvent => eventIn(newVisit(below(visitors)), nowMs);
  const eventIn = (visit: Visit, nowMs: number): WireEvent => {
    const isStraggler = below(EVENTS_PER_STRAGGLER) === 0;
    const atMs = nowMs - visit.queuedMs - (isStraggler ? below(QUEUED_MS_MAX) : 0);
    const share = random();
    if (share < 0.82) return pageEvent(visit, atMs, pathOf(random));
    if (share < 0.94) return productEvent(visit, atMs, below(40));
    if (share < 0.99)
      return linkEvent(visit, atMs, pick(['Start trial', 'Read more', 'Watch demo']));
    return identifyEvent(visit, atMs);
  };
  function* past(nowMs: number, whom = all(visitors)): IterableIterator<WireEvent> {
    for (const visitor of whom) {
      yield pageEvent(newVisit(visitor), nowMs - below(WEEK_MS), pathOf(random));
    }
  }
  return { next, anybody, past };
}

/** The id in the browser of a visitor. */
export function anonymousIdOf(visitor: number): string {
  return `01930000-0000-7000-8000-${visitor.toString(16).padStart(12, '0')}`;
}

function all(visitors: number): Iterable<number> {
  return Array.from({ length: visitors }, (_, visitor) => visitor);
}

/** One view in ten is of a page that segments ask about; the others are spread over 400 paths. */
function pathOf(random: () => number): string {
  const share = random();
  if (share < 0.06) return '/pricing';
  if (share < 0.08) return '/compare/lumen-and-others';
  if (share < 0.1) return `/docs/integrations/${Math.floor(random() * 20)}`;
  const article = Math.floor(random() ** 2 * 400);
  return `${['/blog', '/product', '/solutions', '/help'][article % 4]}/article-number-${article}`;
}

function pageEvent(visit: Visit, atMs: number, path: string): WireEvent {
  const base = baseOf(visit, atMs, path);
  return { type: 'page', ...base, properties: { ...base.context.page } };
}

function productEvent(visit: Visit, atMs: number, product: number): WireEvent {
  return trackEvent(visit, atMs, 'Product Viewed', {
    product_id: `plan-${product}`,
    name: `Plan number ${product}`,
    category: 'Plans',
    price: 19 + product,
    currency: 'EUR',
  });
}

function linkEvent(visit: Visit, atMs: number, text: string): WireEvent {
  return trackEvent(visit, atMs, 'Link Clicked', { text, href: `${SITE}/pricing`, position: 3 });
}

function trackEvent(visit: Visit, atMs: number, event: string, properties: JsonObject): WireEvent {
  return { type: 'track', ...baseOf(visit, atMs, '/product/plans'), event, properties };
}

function identifyEvent(visit: Visit, atMs: number): WireEvent {
  const userId = `user-${visit.visitor}`;
  const traits = { email: `${userId}@company.example`, plan: 'trial', seats: visit.visitor % 50 };
  return { type: 'identify', ...baseOf(visit, atMs, '/welcome'), userId, traits };
}

function baseOf({ visitor, sessionId }: Visit, atMs: number, path: string) {
  const page = {
    path,
    url: `${SITE}${path}`,
    title: `${path.slice(1)} | Lumen Analytics`,
    referrer: visitor % 3 === 0 ? 'https://www.google.com/' : '',
    search: '',
  };
  const context = {
    sessionId,
    page,
    locale: 'en-GB',
    timezone: 'Europe/Berlin',
    library: { name: 'inkling-js', version: '0.1.0' },
    userAgent: USER_AGENT,
  } satisfies WireContext;
  return {
    messageId: randomUUID(),
    timestamp: new Date(atMs).toISOString(),
    anonymousId: anonymousIdOf(visitor),
    context,
  };
}

/** Marsaglia's xorshift with 32 bits: enough for spreading visitors. Uniform in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
