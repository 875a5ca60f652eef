import type { Json } from '@inkling/sdk/protocol';
import type { IdentityKind } from '../identity/identity.ts';
import type {
  DeliveryAnswer,
  EventAnswer,
  OutgoingMessage,
  PersonAnswer,
  QuarantineAnswer,
} from './answers.ts';

/** `GET /v1/profiles/:id/export`: everything that is kept of one person. */
export interface ExportAnswer {
  readonly exportedAt: string;
  readonly profile: ExportedProfile;
  /** The ids that stand for them, and when each did. */
  readonly identities: readonly ExportedIdentity[];
  /** How they came by their ids and lost them, the oldest first. */
  readonly identityLog: readonly ExportedIdentityChange[];
  /** The company that they are in. */
  readonly companies: readonly ExportedCompany[];
  /** The segments and bands of scores that they are in now. */
  readonly memberships: readonly ExportedMembership[];
  /** Every entry and every leave, the oldest first. */
  readonly membershipLog: readonly ExportedChange[];
  /** Their scores now. */
  readonly scores: readonly ExportedScore[];
  /** What others are told of them; kept for a day. */
  readonly messages: readonly ExportedMessage[];
  /** What webhooks were sent of them, and what came of it; kept for 30 days. */
  readonly deliveries: readonly ExportedDelivery[];
  /** What was rejected and names one of their ids, the oldest first; kept for 30 days. */
  readonly rejected: readonly QuarantineAnswer[];
  /** What they did: of each id by itself, the oldest first. */
  readonly events: readonly ExportedEvent[];
}

export interface ExportedProfile extends PersonAnswer {
  /** Numbers that they had before people were joined. */
  readonly formerIds: readonly string[];
  readonly otherUserIds: readonly string[];
  readonly emails: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** What the engine remembers to answer quickly, worked out from the events. */
  readonly memory: Json;
}

export interface ExportedIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
  /** Open ends are absent. */
  readonly periods: readonly { readonly from?: string; readonly until?: string }[];
}

export interface ExportedIdentityChange {
  readonly action: 'link' | 'merge' | 'unmerge';
  readonly at: string;
  readonly recordedAt: string;
  readonly into: string;
  readonly from?: string;
  readonly identity: { readonly kind: IdentityKind; readonly value: string };
  readonly by: 'event' | 'api';
  readonly event?: string;
}

export interface ExportedCompany {
  readonly id: string;
  readonly since: string;
}

export interface ExportedMembership {
  /** The segment's id; of a band the score's id, a colon and the band's. */
  readonly segment: string;
  readonly enteredAt: string;
}

export interface ExportedChange {
  readonly segment: string;
  readonly version: number;
  readonly direction: 'entered' | 'left';
  readonly effectiveAt: string;
  readonly recordedAt: string;
  readonly cause: string;
  readonly event?: string;
}

export interface ExportedScore {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** In points. */
  readonly value: number;
  readonly max: number;
  readonly band: { readonly id: string; readonly name: string };
}

export interface ExportedMessage {
  readonly message: OutgoingMessage;
  /** Absent until it was told. */
  readonly relayedAt?: string;
}

export interface ExportedDelivery extends DeliveryAnswer {
  readonly webhook: string;
}

/** An event as it is stored. */
export interface ExportedEvent extends Omit<EventAnswer, 'profile'> {
  readonly groupId?: string;
  readonly previousId?: string;
}

/** `DELETE /v1/profiles/:id` */
export interface ErasureAnswer {
  /** `erased_before`: nothing was left to erase. */
  readonly status: 'erased' | 'erased_before';
  /** What happened up to then and arrives later is dropped. */
  readonly erasedAt: string;
  /** How many events went. */
  readonly events: number;
}
