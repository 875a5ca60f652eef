import type { Hono } from 'hono';
import { publicId } from '../identity/own-id.ts';
import type { Writer } from '../ingest/writer.ts';
import { formatInstant } from '../instant.ts';
import { findErasure } from '../query/erasure.ts';
import { exportPerson } from '../query/export.ts';
import { findPerson } from '../query/people.ts';
import type { ErasureAnswer } from '../query/privacy-answers.ts';
import type { Database } from '../store/open.ts';
import { refuse, siteOf } from './ask.ts';
import type { Asker } from './auth.ts';
import { GONE } from './identities.ts';
import * as operations from './openapi/operations/privacy.ts';
import { NOBODY, withPerson } from './profiles.ts';
import { streamText } from './text-stream.ts';

export interface PrivacyDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'erasePerson'>;
  readonly clock: () => number;
}

/** What a person may demand of whoever keeps data of them. */
export function privacyRoutes(app: Hono<Asker>, deps: PrivacyDeps): void {
  const { database, writer, clock } = deps;
  app.get('/v1/profiles/:id/export', operations.exportPerson, (c) =>
    withPerson(c, deps, async (person) => {
      // Nobody between here and the asker is to keep a copy.
      c.header('Cache-Control', 'no-store');
      return streamText(c, exportPerson(database, person, clock()), {
        type: 'application/json',
        fileName: `${publicId('prf', person.id)}.json`,
      });
    }),
  );

  app.delete('/v1/profiles/:id', operations.erasePerson, async (c) => {
    const site = siteOf(c);
    const id = c.req.param('id');
    const person = await findPerson(database, site, id);
    if (person === undefined) {
      const erasedAtMs = await findErasure(database, site, id);
      if (erasedAtMs === undefined) return refuse(c, NOBODY);
      const erasedAt = formatInstant(erasedAtMs);
      return c.json({ status: 'erased_before', erasedAt, events: 0 } satisfies ErasureAnswer);
    }
    const outcome = await writer.erasePerson(site, person.id);
    if (outcome.kind === 'gone') return refuse(c, GONE);
    const { atMs, events } = outcome;
    const answer = { status: 'erased', erasedAt: formatInstant(atMs), events } as const;
    return c.json(answer satisfies ErasureAnswer);
  });
}
