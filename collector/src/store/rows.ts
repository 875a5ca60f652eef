import type { JsonObject } from '@inkling/sdk/protocol';
import type { Event, EventFlag, EventType } from '../event.ts';
import { bucketOf } from '../identity/bucket.ts';
import type { Company, CompanyName } from '../identity/company.ts';
import type { Identity, IdentityKind, Span } from '../identity/identity.ts';
import { bucketOfId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { packState, unpackState } from '../segments/pack.ts';
import { nextDueMs } from '../segments/state.ts';
import type { FiledEvent, IdentityLogRow, OutboxRow } from './store.ts';

/** Rows as tuples, in the order of the columns of the statements; and back. */

export type Tuple = readonly (string | number | null)[];

/** A row as the driver gives it or as a query picked it. */
type Columns = ArrayLike<unknown>;

/** What of an event has no column of its own. */
interface Body {
  readonly g?: string;
  readonly v?: string;
  readonly s?: string;
  readonly p?: JsonObject;
  readonly c?: JsonObject;
  readonly t?: JsonObject;
  readonly f?: readonly EventFlag[];
}

export function messageTuple(site: number, messageId: string): Tuple {
  return [bucketOf(site, messageId), site, messageId];
}

export function eventTuple({ id, part, site, event }: FiledEvent): Tuple {
  const body = {
    ...(event.groupId !== undefined && { g: event.groupId }),
    ...(event.previousId !== undefined && { v: event.previousId }),
    ...(event.sessionId !== undefined && { s: event.sessionId }),
    ...(!isEmpty(event.properties) && { p: event.properties }),
    ...(!isEmpty(event.context) && { c: event.context }),
    ...(!isEmpty(event.traits) && { t: event.traits }),
    ...(event.flags.length > 0 && { f: event.flags }),
  } satisfies Body;
  return [
    bucketOfId(part),
    part,
    event.atMs,
    id,
    site,
    event.receivedAtMs,
    event.type,
    event.name ?? null,
    event.userId ?? null,
    event.anonymousId ?? null,
    event.messageId,
    JSON.stringify(body),
  ];
}

/** @param row - The columns `EVENT_COLUMNS`, in their order. */
export function readEvent(row: Columns): readonly [event: Event, id: number] {
  const [id, atMs, receivedAtMs, type, name, userId, anonymousId, messageId, body] =
    Array.from(row);
  const { g, v, s, p, c, t, f } = JSON.parse(String(body)) as Body;
  const event: Event = {
    messageId: String(messageId),
    type: String(type) as EventType,
    ...(typeof name === 'string' && { name }),
    ...(typeof userId === 'string' && { userId }),
    ...(typeof anonymousId === 'string' && { anonymousId }),
    ...(g !== undefined && { groupId: g }),
    ...(v !== undefined && { previousId: v }),
    atMs: Number(atMs),
    receivedAtMs: Number(receivedAtMs),
    ...(s !== undefined && { sessionId: s }),
    properties: p ?? {},
    context: c ?? {},
    traits: t ?? {},
    flags: f ?? [],
  };
  return [event, Number(id)];
}

export function profileTuple(profile: Profile): Tuple {
  const { id, site, userId, anonymousIds, otherUserIds = [], emails = [], parts, state } = profile;
  const more = otherUserIds.length > 0 || emails.length > 0 ? [otherUserIds, emails] : [];
  const ids = JSON.stringify([anonymousIds, parts, ...more]);
  const due = nextDueMs(state) ?? null;
  return [bucketOfId(id), id, site, userId ?? null, ids, packState(state), state.revision, due];
}

/** @param row - The columns `PROFILE_COLUMNS`, in their order. */
export function readProfile(row: Columns): Profile {
  const [id, site, userId, ids, state] = Array.from(row);
  const [anonymousIds, parts, otherUserIds = [], emails = []] = JSON.parse(
    String(ids),
  ) as PackedIds;
  return {
    id: Number(id),
    site: Number(site),
    ...(typeof userId === 'string' && { userId }),
    anonymousIds,
    ...(otherUserIds.length > 0 && { otherUserIds }),
    ...(emails.length > 0 && { emails }),
    parts,
    state: unpackState(String(state), Number(id)),
  };
}

/** Most people have neither further user ids nor e-mails, and their rows are spared them. */
type PackedIds = [
  anonymousIds: string[],
  parts: number[],
  otherUserIds?: string[],
  emails?: string[],
];
export function companyKey({ site, groupId }: CompanyName): Tuple {
  return [bucketOf(site, groupId), site, groupId];
}

export function companyTuple(company: Company): Tuple {
  const { trail, state } = company;
  const due = nextDueMs(state) ?? null;
  return [...companyKey(company), JSON.stringify(trail), packState(state), due];
}

/** @param row - The columns `COMPANY_COLUMNS`, in their order. */
export function readCompany(row: Columns): Company {
  const [site, groupId, size, trail, state] = Array.from(row);
  return {
    site: Number(site),
    groupId: String(groupId),
    size: Number(size),
    trail: JSON.parse(String(trail)) as Company['trail'],
    state: unpackState(String(state)),
  };
}

export function identityTuple(site: number, { kind, value, spans }: Identity): Tuple {
  const packed = spans.map(packSpan);
  return [bucketOf(site, value), site, kind, value, JSON.stringify(packed)];
}

/** @param row - Kind, value and spans. */
export function readIdentity(row: Columns): Identity {
  const [kind, value, packed] = Array.from(row);
  const [first, ...rest] = (JSON.parse(String(packed)) as PackedSpan[]).map(readSpan);
  if (first === undefined) throw new Error('Invariant broken: an identity has a span');
  return { kind: String(kind) as IdentityKind, value: String(value), spans: [first, ...rest] };
}

/** @param row - Id, site and payload. */
export function readMessage(row: Columns): OutboxRow {
  return { id: Number(row[0]), site: Number(row[1]), payload: String(row[2]) };
}

type PackedSpan = readonly [
  fromMs: number,
  profile: number,
  part: number,
  namedMs?: number | null,
  boundMs?: number | null,
  apartMs?: number,
];

/** What is absent at the end takes no room. */
function packSpan({ fromMs, profile, part, namedMs, boundMs, apartMs }: Span): PackedSpan {
  if (apartMs !== undefined)
    return [fromMs, profile, part, namedMs ?? null, boundMs ?? null, apartMs];
  if (boundMs !== undefined) return [fromMs, profile, part, namedMs ?? null, boundMs];
  return namedMs === undefined ? [fromMs, profile, part] : [fromMs, profile, part, namedMs];
}

function readSpan([
  fromMs,
  profile,
  part,
  namedMs = null,
  boundMs = null,
  apartMs,
]: PackedSpan): Span {
  return {
    ...{ fromMs, profile, part },
    ...(namedMs !== null && { namedMs }),
    ...(boundMs !== null && { boundMs }),
    ...(apartMs !== undefined && { apartMs }),
  };
}

export function identityLogTuple(row: IdentityLogRow): Tuple {
  const { profile, id, site, action, name, into, from, atMs, recordedAtMs, by, event } = row;
  return [
    ...[bucketOfId(profile), profile, id, site, action, name.kind, name.value],
    ...[into, from ?? null, atMs, recordedAtMs, by, event ?? null],
  ];
}

function isEmpty(object: JsonObject): boolean {
  for (const _ in object) return false;
  return true;
}
