import { parsePublicId } from '../identity/own-id.ts';
import type { TombstoneName } from '../identity/tombstone.ts';
import { bind } from '../store/bind.ts';
import type { Database } from '../store/open.ts';
import { findTombstones } from '../store/tombstones.ts';

/** When whoever was known by an id was erased last; `undefined` if nobody was. */
export async function findErasure(
  database: Database,
  site: number,
  id: string,
): Promise<number | undefined> {
  // No id has one, and no statement takes one.
  if (id.includes('\0')) return undefined;
  const own = parsePublicId('prf', id);
  const kinds = ['user', 'anonymous', 'email'] as const;
  const names: readonly TombstoneName[] = [
    ...kinds.map((kind) => ({ kind, value: id })),
    ...(own === undefined ? [] : [{ kind: 'profile', value: String(own) } as const]),
  ];
  const rows = async (sql: string, ...values: readonly unknown[]) =>
    (await database.$client.execute({ sql, args: bind(...values) })).rows;
  const found = await findTombstones(rows, site, names);
  const times = [...found.values()].map(({ erasedAtMs }) => erasedAtMs);
  return times.length === 0 ? undefined : Math.max(...times);
}
