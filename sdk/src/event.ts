import { addressOf } from './address.ts';
import type { Options } from './api.ts';
import { identified, isSampled, stranger, type Visitor } from './identity.ts';
import { SESSION_MINUTES, VERSION } from './limits.ts';
import { ID_CHARS_MAX, type WireEvent } from './protocol.ts';
import { continueSession } from './session.ts';

/** A call as it was made, in the shape that the snippet's stub notes: what, when, on which page. */
export type Call = readonly [
  method: string,
  args: readonly unknown[],
  atMs: number,
  href: string,
  title: string,
];

/** What an event is made with. */
export interface Surroundings {
  /** Unique in the world; at most 64 digits. */
  readonly newId: () => string;
  readonly referrer: string;
  /** Address and title of the page, now. */
  readonly look: () => readonly [href: string, title: string];
  /** What stays the same for as long as a page lives, as the contract names it. */
  readonly context: { readonly locale: string; readonly timezone: string };
}

/**
 * What a page may call, and what is meant by it: of an event, the names of its two arguments; of a
 * decision, what it is.
 */
export const METHODS: Readonly<Record<string, readonly [name?: string, detail?: string]>> = {
  page: ['name', 'properties'],
  track: ['event', 'properties'],
  identify: ['userId', 'traits'],
  group: ['groupId', 'traits'],
  alias: ['userId', 'previousId'],
  optIn: ['granted'],
  optOut: ['denied'],
  reset: [],
};

/**
 * Works off one call: the visitor is another or the same, and there is an event, or none. What comes
 * first may be left out of a page view and of what is known of a visitor without a name. Whether the
 * call says enough, the collector judges, and tells the owner.
 *
 * @throws If an id is one that the collector would refuse: with such a user id, every later event. If
 * the address is none. If code of the owner's fails that looks at the event or proves the user.
 */
export function outcomeOf(
  [type, [first, second], atMs, href, title]: Call,
  before: Visitor,
  { sampleRate = 1, sessionMinutes = SESSION_MINUTES, beforeSend, address, identityToken }: Options,
  ports: Surroundings,
): readonly [visitor: Visitor, event?: WireEvent | null | undefined] {
  const { newId, referrer, context, look } = ports;
  if (type === 'reset') return [stranger(before, newId)];
  const [nameKey = '', detailKey] = METHODS[type] ?? [];
  // The stub notes every call, also of what it cannot answer.
  if (!detailKey) return [before];
  const [said, detail] = typeof (first ?? '') === 'object' ? ['', first] : [first, second];
  const name = `${said ?? ''}`;
  if (name.length > ID_CHARS_MAX) throw RangeError(nameKey);
  const visitor = type === 'identify' && name ? identified(before, name, newId) : before;
  const [consent, anonymousId, userId, ...session] = visitor;
  if (!isSampled(anonymousId, sampleRate)) return [visitor];

  const { url, utm, campaign } = addressOf(href, address);
  const moment = [atMs, campaign, sessionMinutes * 60_000] as const;
  const going = continueSession(session, moment, newId);
  const [sessionId, , sequence] = going;
  // What is undefined is left out of the JSON; the table gives each type its fields of the contract.
  const event = {
    messageId: newId(),
    // biome-ignore lint/style/noRestrictedGlobals: a time that came in as an argument is written out.
    timestamp: new Date(atMs).toISOString(),
    anonymousId,
    userId,
    context: {
      ...context,
      sessionId,
      sequence,
      page: {
        url: url.href,
        path: url.pathname,
        search: url.search,
        // Routers change the address first, and the title once they have rendered the route.
        title: look()[0] === href ? look()[1] : title,
        referrer: referrer && addressOf(referrer).url.href,
      },
      campaign: campaign ? utm : undefined,
      identityToken:
        userId || type === 'alias'
          ? typeof identityToken === 'function'
            ? identityToken()
            : identityToken
          : undefined,
      library: { name: 'inkling', version: VERSION },
    },
    type,
    [nameKey]: name || undefined,
    [detailKey]: type === 'alias' ? `${detail ?? anonymousId}` : detail,
  } as unknown as WireEvent;
  const kept = beforeSend ? beforeSend(event) : event;
  return kept ? [[consent, anonymousId, userId, ...going], kept] : [visitor];
}
