/** What of a person is too old to be kept. */
export interface Expiry {
  readonly site: number;
  /** The strands of their history. */
  readonly parts: readonly number[];
  /** Events that happened before then go. */
  readonly beforeMs: number;
  /** Of the events that go: there is nothing left that they could repeat. */
  readonly messageIds: readonly string[];
}
