import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { EventAnswer } from '../query/answers.ts';
import { findNewest, listKeyKinds } from '../query/newest.ts';
import { loadKeys } from '../store/keys.ts';
import type { Database } from '../store/open.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Clocks of one machine do not go back so far by themselves. */
const CLOCK_BACK_MS_MAX = 5 * MINUTE_MS;
const DEFAULT_SITE = 1;

/** What came in last, from where, and whether the clock agrees with it. */
export async function lookAtEvents(database: Database, nowMs: number): Promise<readonly Finding[]> {
  const newest = await findNewest(database);
  if (newest === undefined) {
    const advice = 'Paste what npm start printed into your pages, and open one of them.';
    return [
      ok('clock', `It is ${inWords(nowMs)}; there is no event to compare it with.`),
      warning('events', 'No event has ever come in.', advice),
    ];
  }
  const { event, receivedAtMs } = newest;
  const aheadMs = receivedAtMs - nowMs;
  if (aheadMs > CLOCK_BACK_MS_MAX) {
    const says = `It is ${inWords(nowMs)}, but an event came in ${forHumans(aheadMs)} later than that.`;
    const advice =
      'Set the clock of this machine right (NTP): windows and charts are wrong until it is.';
    return [problem('clock', says, advice), ok('events', `The last one came ${fromWhere(event)}.`)];
  }
  const ageMs = Math.max(0, -aheadMs);
  const says = `The last one came ${forHumans(ageMs)} ago, ${fromWhere(event)}.`;
  const advice =
    'If pages are being visited, look at a page’s network requests: the answer names what is wrong.';
  return [
    ok('clock', `It is ${inWords(nowMs)}, later than all events.`),
    ageMs > DAY_MS ? warning('events', says, advice) : ok('events', says),
  ];
}

/** Whether somebody can send, read and change; and whether the given keys are known. */
export async function lookAtKeys(
  database: Database,
  given: { readonly writeKey?: string; readonly secretKey?: string },
): Promise<Finding> {
  const own = (await listKeyKinds(database)).filter(({ site }) => site === DEFAULT_SITE);
  const writers = own.filter(({ kind }) => kind === 'write').length;
  const admins = own.filter(({ kind, role }) => kind === 'secret' && role !== 'read').length;
  if (writers === 0 || admins === 0) {
    const lacking = writers === 0 ? 'write key' : 'secret key with the role admin';
    const advice = 'Start the collector again: it makes what is missing, or takes what is set.';
    return problem('keys', `The default site has no ${lacking}.`, advice);
  }
  const keys = await loadKeys(database);
  const strange = [
    given.writeKey !== undefined && keys.site(given.writeKey)?.id !== DEFAULT_SITE && 'WRITE_KEY',
    given.secretKey !== undefined &&
      keys.holderOf(given.secretKey)?.site.id !== DEFAULT_SITE &&
      'SECRET_KEY',
  ].filter((name) => name !== false);
  if (strange.length > 0) {
    const says = `${strange.join(' and ')}: not known to the default site.`;
    return warning(
      'keys',
      says,
      'It is good for something from the next start of the collector on.',
    );
  }
  return ok('keys', `The default site has ${writers} that write and ${admins} that may do all.`);
}

/** Whose pages may send. */
export function lookAtOrigins(origins: readonly string[] | undefined, host: string): Finding {
  if (origins === undefined) {
    const says = 'Pages of any origin may send.';
    if (isLocal(host)) return ok('origins', says);
    const advice = 'Name the origins of your sites in ALLOWED_ORIGINS.';
    return warning('origins', says, advice);
  }
  const open = origins.filter((each) => {
    const { protocol, hostname } = new URL(each);
    return protocol === 'http:' && !isLocal(hostname);
  });
  if (open.length > 0) {
    const says = `Whoever is between visitors and these pages can read and change what is sent: ${open.join(', ')}`;
    return warning('origins', says, 'Serve the pages with https, and name them so.');
  }
  return ok('origins', `Pages of ${origins.join(', ')} may send.`);
}

function isLocal(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host);
}

/** Without what tells of a person: a path may. */
function fromWhere({ type, context, properties }: EventAnswer): string {
  const url = [fieldOf(context.page, 'url'), properties.url].find(
    (each) => typeof each === 'string',
  );
  const library = fieldOf(context.library, 'name');
  const page = typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : undefined;
  const by = typeof library === 'string' ? ` by ${library}` : '';
  return `of type ${type}, from ${page ?? 'no page'}${by}`;
}

function fieldOf(value: Json | undefined, key: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject)[key] : undefined;
}

function inWords(ms: number): string {
  return new Date(ms).toISOString();
}

function forHumans(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  if (ms < 120 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / (60 * MINUTE_MS))} h`;
  return `${Math.round(ms / DAY_MS)} days`;
}
