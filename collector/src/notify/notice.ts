/** Every type of message that webhooks can have. */
export const NOTICE_TYPES = ['segment.entered', 'segment.left', 'score.crossed'] as const;

export type NoticeType = (typeof NOTICE_TYPES)[number];

/** An outgoing message, as far as it decides who is told. */
export interface Notice {
  readonly id: number;
  readonly site: number;
  readonly type: string;
  /** The segment or score that it is about; absent if it is about none. */
  readonly about?: string;
  /** Messages of one lane are told in their order: those about one profile and one segment. */
  readonly lane: string;
  /** JSON: the message as it is sent. */
  readonly payload: string;
}

/** What somebody wants to be told. */
export interface Wishes {
  readonly types: readonly string[];
  /** Everything, if absent. */
  readonly segments?: readonly string[];
}

/** What we read of a message: all of them are of our own making, and have this. */
interface Payload {
  readonly type: string;
  readonly segment?: { readonly id: string };
  readonly score?: { readonly id: string };
  readonly profile?: { readonly id: string };
}

/** Reads a message of the outbox. */
export function readNotice(row: {
  readonly id: number;
  readonly site: number;
  readonly payload: string;
}): Notice {
  const { type, segment, score, profile } = JSON.parse(row.payload) as Payload;
  const about = segment?.id ?? score?.id;
  const { id, site, payload } = row;
  const lane = `${profile?.id ?? ''} ${about ?? ''}`;
  return { id, site, type, ...(about !== undefined && { about }), lane, payload };
}

/** Does a message fit? One that is about nothing fits only those who did not choose. */
export function isWanted({ types, segments }: Wishes, { type, about }: Notice): boolean {
  if (!types.includes(type)) return false;
  return segments === undefined || (about !== undefined && segments.includes(about));
}
