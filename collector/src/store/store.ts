import type { Event } from '../event.ts';
import type { Company, CompanyName } from '../identity/company.ts';
import type { Identity, IdentityName } from '../identity/identity.ts';
import type { Profile } from '../identity/profile.ts';
import type { Tombstone, TombstoneName } from '../identity/tombstone.ts';
import type { Erasure } from './erasure.ts';
import type { Expiry } from './expiry.ts';
import type { IntakeUnit } from './intake.ts';
import type { OutgoingUnit } from './outgoing.ts';

/** An event where it is filed. */
export interface FiledEvent {
  readonly id: number;
  /** The strand of history; its number says the bucket. */
  readonly part: number;
  /** The person credited as it arrived; not stored, since a merge changes it. */
  readonly profile: number;
  readonly site: number;
  readonly event: Event;
}

/** Where somebody's row is. */
export interface Place {
  readonly bucket: number;
  readonly id: number;
}

export interface MembershipRow {
  readonly profile: number;
  readonly segment: number;
}

export interface CompanyPersonRow extends CompanyName {
  readonly profile: number;
}

/** A strand of history that holds a group call naming a company. */
export interface CompanyStrand extends CompanyName {
  readonly part: number;
}

export interface MemberLogRow extends MembershipRow {
  readonly id: number;
  readonly version: number;
  readonly direction: 'entered' | 'left';
  readonly effectiveAtMs: number;
  readonly recordedAtMs: number;
  readonly cause: string;
  readonly event?: number;
}

/** An id that a person got or lost, and what told so. */
export interface IdentityLogRow {
  readonly id: number;
  readonly site: number;
  /** In whose history it stands. */
  readonly profile: number;
  /** `link`: it was nobody's before. `merge`: with it another person. `unmerge`: taken out again. */
  readonly action: 'link' | 'merge' | 'unmerge';
  readonly name: IdentityName;
  readonly into: number;
  /** Whose it was. */
  readonly from?: number;
  readonly atMs: number;
  readonly recordedAtMs: number;
  readonly by: 'event' | 'api';
  readonly event?: number;
}

/** What others are told of. In the same transaction it is lined up for whoever is to be sent it. */
export interface OutboxRow {
  readonly id: number;
  readonly site: number;
  /** JSON. */
  readonly payload: string;
  /** Absent in a row of an earlier version that was not relayed yet. */
  readonly relayedAtMs?: number;
}

/** Everything that a group of events causes. All of it is saved, or none. */
export interface Changes {
  readonly messages: readonly { readonly site: number; readonly messageId: string }[];
  readonly events: readonly FiledEvent[];
  readonly identities: readonly { readonly site: number; readonly identity: Identity }[];
  readonly identityLog: readonly IdentityLogRow[];
  readonly profiles: readonly Profile[];
  /** Strands of history that are nobody's own, and whose they are. */
  readonly absorbed: readonly {
    readonly id: number;
    readonly site: number;
    readonly into: number;
  }[];
  /** Strands of history that hold nothing and are nobody's any more. */
  readonly removed: readonly number[];
  /** Their size aside, which follows from who joined and parted. */
  readonly companies: readonly Company[];
  readonly joined: readonly CompanyPersonRow[];
  readonly parted: readonly CompanyPersonRow[];
  /** Companies all of whose people are to be looked at: they become due at this instant at the latest. */
  readonly marked: readonly (CompanyName & { readonly atMs: number })[];
  readonly entered: readonly (MembershipRow & { readonly enteredAtMs: number })[];
  readonly left: readonly MembershipRow[];
  readonly log: readonly MemberLogRow[];
  readonly outbox: readonly OutboxRow[];
  /** The highest tick of our own ids. */
  readonly tick: number;
}

/** Reads and writes of one transaction. Asks nothing that crosses buckets but by their list. */
export interface UnitOfWork {
  /** Those of these messages that were accepted before. */
  readonly knownMessages: (site: number, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly identities: (site: number, ids: readonly IdentityName[]) => Promise<readonly Identity[]>;
  readonly profiles: (ids: readonly number[]) => Promise<readonly Profile[]>;
  readonly companies: (names: readonly CompanyName[]) => Promise<readonly Company[]>;
  /** Everybody who is in one of these companies. */
  readonly peopleOf: (names: readonly CompanyName[]) => Promise<readonly Profile[]>;
  /** Companies that time changes at or before `nowMs`, the earliest first. */
  readonly dueCompanies: (nowMs: number, limit: number) => Promise<readonly Company[]>;
  /** Which strands hold a group call naming which company, in the order of these three. */
  readonly namedAfter: (
    position: CompanyStrand,
    limit: number,
  ) => Promise<readonly CompanyStrand[]>;
  /** Whose some strands of history are. */
  readonly owners: (parts: readonly number[]) => Promise<readonly number[]>;
  /** The full history of some strands, with the events' ids. */
  readonly history: (
    parts: readonly number[],
  ) => Promise<readonly (readonly [event: Event, id: number])[]>;
  /** People whose memberships time changes at or before `nowMs`, the earliest first. */
  readonly due: (nowMs: number, limit: number) => Promise<readonly Profile[]>;
  /** The earliest instant at which somebody or some company is due. */
  readonly nextDueMs: () => Promise<number | undefined>;
  /** People of a site in the order of their place, for passing over all of them. */
  readonly profilesAfter: (
    site: number,
    afterId: number,
    limit: number,
  ) => Promise<readonly Profile[]>;
  /** People of any site who did something before an instant, in the order of their place. */
  readonly seenBefore: (
    beforeMs: number,
    stretch: { readonly after: Place; readonly beforeBucket: number },
    limit: number,
  ) => Promise<readonly Profile[]>;
  /** The people of a segment, by its internal number, in no order. */
  readonly membersOf: (segment: number) => Promise<readonly number[]>;
  readonly save: (changes: Changes) => Promise<void>;
  /** Marks messages that an earlier version did not relay yet as relayed; answers them, the oldest first. */
  readonly takeOutbox: (nowMs: number, limit: number) => Promise<readonly OutboxRow[]>;
  /** Every group call that names one of these companies, and the strand in which it is filed. */
  readonly companyCalls: (
    names: readonly CompanyName[],
  ) => Promise<readonly { readonly part: number; readonly event: Event }[]>;
  /** In whose history else ids of these people stand. */
  readonly apartFrom: (parts: readonly number[]) => Promise<readonly number[]>;
  /** Those of these names that were an erased person's, by their text. */
  readonly erased: (
    site: number,
    names: readonly TombstoneName[],
  ) => Promise<ReadonlyMap<string, Tombstone>>;
  /** Removes all that is kept of a person but what {@link Changes} remove. */
  readonly erase: (erasure: Erasure) => Promise<void>;
  /** Removes what is too old of some strands of history. */
  readonly expire: (expiry: Expiry) => Promise<void>;
  /** What concerns webhooks. */
  readonly outgoing: OutgoingUnit;
  /** What became of what came in. */
  readonly intake: IntakeUnit;
}

/**
 * Where rows live. `tx` runs `work` in one transaction that is on disk when the promise resolves;
 * if `work` throws, nothing of it remains. `work` may be run again and has no other effect.
 */
export interface Store {
  readonly tx: <T>(work: (unit: UnitOfWork) => Promise<T>) => Promise<T>;
  /**
   * Overwrites what was deleted, also where it was written down on its way. Answers whether it could:
   * not while somebody reads.
   */
  readonly scrub: () => Promise<boolean>;
}
