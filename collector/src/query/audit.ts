import { and, eq, gt, isNull } from 'drizzle-orm';
import { publicId } from '../identity/own-id.ts';
import { recompute } from '../segments/recompute.ts';
import { readSegment } from '../store/definitions.ts';
import type { Database } from '../store/open.ts';
import { readProfile } from '../store/rows.ts';
import { member, profile, segment } from '../store/schema.ts';
import { loadHistory } from './events.ts';

/** How often the member table was held against the full log, and where they differ. */
export interface Audit {
  readonly checked: number;
  readonly differing: readonly {
    readonly profile: string;
    readonly segment: string;
    readonly member: boolean;
    readonly recomputed: boolean;
  }[];
}

const PROFILES_PER_PAGE = 200;

/**
 * Recomputes every membership of a site from the log alone and compares it with what the collector
 * says. Slow by design. Right only while nothing is written: a change in between shows as a difference.
 */
export async function audit(
  database: Database,
  site: { readonly id: number; readonly timeZone: string },
  nowMs: number,
): Promise<Audit> {
  const segments = (await database.select().from(segment).where(eq(segment.site, site.id))).map(
    readSegment,
  );
  const members = new Set(
    (await database.select().from(member)).map((row) => `${row.segment}/${row.profile}`),
  );
  const all = new Map(segments.map(({ definition }) => [definition.id, definition]));
  const asked = { timeZone: site.timeZone, segments: all };
  const differing: Audit['differing'][number][] = [];
  let checked = 0;
  for (let afterRowId = 0; ; ) {
    const rows = await database
      .select()
      .from(profile)
      .where(and(eq(profile.site, site.id), isNull(profile.into), gt(profile.id, afterRowId)))
      .orderBy(profile.id)
      .limit(PROFILES_PER_PAGE);
    for (const row of rows) {
      const person = readProfile([row.id, row.site, row.userId, row.ids, row.state]);
      const history = await loadHistory(database, person);
      const events = history.map(([event]) => event);
      for (const { key, definition } of segments) {
        const { known, account, self } = person.state;
        const whom = { events, known, self, ...(account && { account }) };
        const recomputed = recompute(definition, whom, nowMs, asked);
        const isMember = members.has(`${key}/${person.id}`);
        checked += 1;
        if (isMember === recomputed) continue;
        const of = publicId('prf', person.id);
        differing.push({ profile: of, segment: definition.id, member: isMember, recomputed });
      }
    }
    const last = rows.at(-1);
    if (last === undefined) return { checked, differing };
    afterRowId = last.id;
  }
}
