import type { Hono } from 'hono';
import { z } from 'zod';
import type { Writer } from '../ingest/writer.ts';
import type { KeyAnswer, NewKeyAnswer, Page } from '../query/answers.ts';
import { keyAnswer, listKeys } from '../query/keys.ts';
import { KEYS_PER_SITE_MAX } from '../store/key-rows.ts';
import { type Keys, makeKey } from '../store/keys.ts';
import type { Database } from '../store/open.ts';
import { refuse, siteOf, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/site.ts';
import type { Problem } from './problem.ts';
import { Name, wrongWish } from './wish.ts';

export interface KeyDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'addKey' | 'removeKey'>;
  readonly keys: Pick<Keys, 'reload'>;
  readonly clock: () => number;
}

const Wish = z.strictObject({
  name: Name,
  role: z.enum(['write', 'identity', 'read', 'admin']),
});

/** Who may ask and who may send. A change holds from the answer that tells of it. */
export function keyRoutes(app: Hono<Asker>, { database, writer, keys, clock }: KeyDeps): void {
  app.get('/v1/keys', operations.listKeys, async (c) => {
    const data = await listKeys(database, siteOf(c), c.get('key'));
    return c.json({ data, next: null } satisfies Page<KeyAnswer>);
  });

  app.post('/v1/keys', operations.createKey, (c) =>
    withBody(c, async (body) => {
      const wish = Wish.safeParse(body);
      if (!wish.success) return refuse(c, wrongWish(wish.error, WANTED));
      const { name, role } = wish.data;
      const isSecret = role === 'read' || role === 'admin';
      const made = makeKey(isSecret ? 'secret' : role);
      const row = {
        ...made.row,
        ...{ site: siteOf(c), name, createdAtMs: clock() },
        role: isSecret ? role : null,
      };
      if (!(await writer.addKey(row))) {
        const detail = `A site has at most ${KEYS_PER_SITE_MAX} keys; remove one that nobody uses.`;
        return refuse(c, { code: 'conflict', detail, limit: KEYS_PER_SITE_MAX });
      }
      await keys.reload();
      const answer = { ...keyAnswer(row, c.get('key')), value: made.text };
      return c.json(answer satisfies NewKeyAnswer, 201);
    }),
  );

  app.delete('/v1/keys/:id', operations.removeKey, async (c) => {
    const id = c.req.param('id');
    if (id === c.get('key')) return refuse(c, IN_USE);
    const removal = await writer.removeKey(siteOf(c), id);
    if (removal !== 'removed') return refuse(c, removal === 'last' ? LAST : MISSING);
    await keys.reload();
    return c.body(null, 204);
  });
}

const WANTED = 'Say {"name": "…", "role": "write", "identity", "read" or "admin"}.';
const IN_USE: Problem = {
  code: 'in_use',
  detail: 'A key cannot remove itself: make the request with another one.',
};
const LAST: Problem = {
  code: 'in_use',
  detail:
    'It is the last of its kind: a site needs a key that writes, one that may do all and, while it asks for proofs of who a user is, one that makes them.',
};
const MISSING: Problem = {
  code: 'not_found',
  detail: 'There is no key of this id; GET /v1/keys lists all.',
};
