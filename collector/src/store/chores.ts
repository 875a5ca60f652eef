import { eq } from 'drizzle-orm';
import type { Database } from './open.ts';
import { meta } from './schema.ts';

/** Work that a database needs once. Names are stored and do not change. */
export type Chore = 'regroup' | 'relive';

export async function isDone(database: Database, chore: Chore): Promise<boolean> {
  const found = await database
    .select()
    .from(meta)
    .where(eq(meta.name, nameOf(chore)));
  return found.length > 0;
}

export async function noteDone(database: Database, chore: Chore): Promise<void> {
  await database
    .insert(meta)
    .values({ name: nameOf(chore), value: '1' })
    .onConflictDoNothing();
}

function nameOf(chore: Chore): string {
  return `done:${chore}`;
}
