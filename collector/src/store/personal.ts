import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type * as schema from './schema.ts';

/** The tables of the schema, by the names under which it exports them. */
export type TableName = {
  [Name in keyof typeof schema]: (typeof schema)[Name] extends SQLiteTable ? Name : never;
}[keyof typeof schema];

/**
 * What rows of a table say of people. `person`: each row is somebody's, so an export has it and an
 * erasure removes it. `shared`: rows hold something of several people, and an erasure takes out of
 * them what came from one. `nobody`: rows say nothing of anybody.
 */
export type Holding = 'person' | 'shared' | 'nobody';

/** Every table, so that one that is added does not compile until somebody has thought of it here. */
export const HOLDINGS = {
  meta: 'nobody',
  site: 'nobody',
  key: 'nobody',
  segment: 'nobody',
  segmentVersion: 'nobody',
  score: 'nobody',
  scoreVersion: 'nobody',
  seen: 'shared',
  identity: 'person',
  profile: 'person',
  identityLog: 'person',
  account: 'shared',
  accountPerson: 'person',
  event: 'person',
  message: 'person',
  tombstone: 'nobody',
  tally: 'nobody',
  quarantine: 'shared',
  member: 'person',
  memberCount: 'nobody',
  memberLog: 'person',
  outbox: 'person',
  webhook: 'nobody',
  delivery: 'person',
  attempt: 'person',
} as const satisfies Readonly<Record<TableName, Holding>>;

/** The tables each of whose rows is somebody's. */
export type PersonalTable = {
  [Name in TableName]: (typeof HOLDINGS)[Name] extends 'person' ? Name : never;
}[TableName];
