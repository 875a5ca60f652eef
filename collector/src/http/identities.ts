import type { Hono } from 'hono';
import type { UnmergeOutcome } from '../ingest/people.ts';
import type { Writer } from '../ingest/writer.ts';
import type { UnmergeAnswer } from '../query/answers.ts';
import { listIdentities } from '../query/identities.ts';
import { findPerson, loadPeople, tellPeople } from '../query/people.ts';
import type { Database } from '../store/open.ts';
import { type Ask, refuse, siteOf, withBody } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/people.ts';
import type { Problem } from './problem.ts';
import { withPerson } from './profiles.ts';

export interface IdentityDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'mergePeople' | 'unmergeIdentity'>;
  readonly clock: () => number;
}

/** Who is known by which ids, and the owner's word on it: making two people one, and taking it back. */
export function identityRoutes(app: Hono<Asker>, deps: IdentityDeps): void {
  const { database, writer } = deps;
  app.get('/v1/profiles/:id/identities', operations.listIdentities, (c) =>
    withPerson(c, deps, async (person) => c.json(await listIdentities(database, person))),
  );

  app.post('/v1/profiles/:id/merge', operations.mergePeople, (c) =>
    withPerson(c, deps, (person) =>
      withText(c, 'with', async (id) => {
        const site = siteOf(c);
        const other = await findPerson(database, site, id);
        if (other === undefined) return refuse(c, nobody('with'));
        const outcome = await writer.mergePeople(site, person.id, other.id);
        if (outcome.kind === 'merged') return c.json(await answerOf(deps, site, outcome.profile));
        return refuse(c, outcome.kind === 'gone' ? GONE : mergeLimit(outcome.limit));
      }),
    ),
  );

  app.post('/v1/profiles/:id/unmerge', operations.unmergePerson, (c) =>
    withPerson(c, deps, (person) =>
      withText(c, 'identity', async (identity) => {
        const site = siteOf(c);
        const outcome = await writer.unmergeIdentity(site, person.id, identity);
        if (outcome.kind !== 'unmerged') return refuse(c, UNMERGE_PROBLEMS[outcome.kind]);
        const split =
          outcome.split === undefined ? null : await answerOf(deps, site, outcome.split);
        const profile = await answerOf(deps, site, outcome.profile);
        return c.json({ profile, split } satisfies UnmergeAnswer);
      }),
    ),
  );
}

async function answerOf({ database, clock }: IdentityDeps, site: number, profile: number) {
  const person = (await loadPeople(database, site, [profile])).get(profile);
  const [answer] = await tellPeople(database, site, person ? [person] : [], clock());
  if (answer === undefined) throw new Error(`Invariant broken: profile ${profile} was written`);
  return answer;
}

/** Reads a body that is an object with one text, or refuses it. */
async function withText(
  c: Ask,
  key: 'with' | 'identity',
  answer: (text: string) => Promise<Response>,
): Promise<Response> {
  return await withBody(c, async (body) => {
    const value = typeof body === 'object' && body !== null && key in body ? body : {};
    const text = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof text === 'string' && text !== '' && !text.includes('\0')) return await answer(text);
    const detail = `Name the ${key === 'with' ? 'other person by one of their ids' : 'id to take out'}: {"${key}": "…"}.`;
    const errors = [{ pointer: `/${key}`, detail: 'must be an id' }];
    return refuse(c, { code: 'invalid_request', detail, errors });
  });
}

/** Somebody was looked up, and is not there any more as their turn comes. */
export const GONE: Problem = {
  code: 'conflict',
  detail: 'This person has become somebody else meanwhile; look them up again.',
};

const UNMERGE_PROBLEMS = {
  gone: GONE,
  not_theirs: {
    code: 'not_found',
    detail: 'The person has no such anonymous id or user id; GET …/identities lists theirs.',
  },
  own: {
    code: 'conflict',
    detail: 'The person began with this id. Take the other ids out of them instead.',
  },
} as const satisfies Readonly<Record<Exclude<UnmergeOutcome['kind'], 'unmerged'>, Problem>>;

function nobody(key: string): Problem {
  const detail = `Nobody is known by the id in /${key}.`;
  return { code: 'not_found', detail, errors: [{ pointer: `/${key}`, detail: 'is nobody’s id' }] };
}

function mergeLimit(limit: number): Problem {
  const detail = `Together they would have more than ${limit} ids, the limit of one person.`;
  return { code: 'merge_limit', detail, limit };
}
