import { SEEN_NAMES_MAX, SEEN_PATHS_MAX, type SeenRow } from '../ingest/census.ts';
import { formatInstant } from '../instant.ts';
import type { Database } from '../store/open.ts';
import { loadSeen } from '../store/seen.ts';
import type { SchemaAnswer, SeenAnswer, SeenPath } from './answers.ts';

/** Names, properties, traits and contexts that a site's events have had, by name. */
export async function tellSchema(database: Database, site: number): Promise<SchemaAnswer> {
  const rows = await loadSeen(database, site);
  const events = new Map<string, SchemaAnswer['events'][number] & { properties: SeenPath[] }>();
  const traits: SeenPath[] = [];
  const context: SeenPath[] = [];
  const shared = { trait: traits, context } as const;
  let paths = 0;
  for (const row of rows) {
    if (row.kind === 'event') {
      events.set(row.event, { name: row.event, ...seenAnswer(row), properties: [] });
      continue;
    }
    paths += 1;
    const list = row.kind === 'property' ? events.get(row.event)?.properties : shared[row.kind];
    const { path, types, examples } = row;
    list?.push({ path, types, ...seenAnswer(row), examples });
  }
  const truncated = events.size >= SEEN_NAMES_MAX || paths >= SEEN_PATHS_MAX;
  return { events: [...events.values()], traits, context, truncated };
}

function seenAnswer({ count, firstAtMs, lastAtMs }: SeenRow): SeenAnswer {
  return { count, firstSeen: formatInstant(firstAtMs), lastSeen: formatInstant(lastAtMs) };
}
