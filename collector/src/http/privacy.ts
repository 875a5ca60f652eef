import type { Hono } from 'hono';
import { publicId } from '../identity/own-id.ts';
import { exportPerson } from '../query/export.ts';
import type { Database } from '../store/open.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/privacy.ts';
import { withPerson } from './profiles.ts';
import { streamText } from './text-stream.ts';

export interface PrivacyDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly clock: () => number;
}

/** What a person may demand of whoever keeps data of them. */
export function privacyRoutes(app: Hono<Asker>, deps: PrivacyDeps): void {
  const { database, clock } = deps;
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
}
