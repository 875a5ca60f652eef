import { createHmac } from 'node:crypto';
import type { WireAnswer } from '@inkling/sdk/protocol';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, START_MS, startApi } from '../../testing/api.ts';
import type {
  KeyAnswer,
  NewKeyAnswer,
  Page,
  ProfileAnswer,
  QuarantineAnswer,
  SiteAnswer,
} from '../query/answers.ts';

const START_S = START_MS / 1_000;

let api: Api;
/** The site asks for proofs, which are made with this key. */
let identityKey: string;
beforeEach(async () => {
  api = await startApi();
  identityKey = (await makeKey()).value;
  await change({ verifyIdentity: true });
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function makeKey(): Promise<NewKeyAnswer> {
  const question = { method: 'POST', body: { name: 'Proofs', role: 'identity' } };
  return (await api.ask<NewKeyAnswer>('/v1/keys', question)).json;
}

async function change(body: object) {
  return await api.ask<SiteAnswer>('/v1/sites/current', { method: 'PUT', body });
}

interface Making {
  readonly claims?: Record<string, unknown>;
  readonly key?: string;
  readonly alg?: string;
}

async function jwt({ claims = { sub: 'ada' }, key = identityKey, alg = 'HS256' }: Making = {}) {
  const secret = new TextEncoder().encode(key);
  return await new SignJWT(claims).setProtectedHeader({ alg }).sign(secret);
}

function hmac(userId = 'ada', key = identityKey): string {
  return createHmac('sha256', key).update(userId).digest('hex');
}

/** A token that says of itself that it needs no signature. */
function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: 'ada' })}.`;
}

const named = (identityToken?: unknown, more: object = {}) => ({
  type: 'track',
  event: 'Signed In',
  userId: 'ada',
  anonymousId: 'device',
  ...(identityToken !== undefined && { context: { identityToken } }),
  ...more,
});

async function isKnown(id: string): Promise<boolean> {
  return (await api.request(`/v1/profiles/${id}`)).status === 200;
}

describe('an event that names a user is taken', () => {
  test.each<[string, () => string | Promise<string>]>([
    ['with a token signed by HS256', () => jwt()],
    ['with a token signed by HS384', () => jwt({ alg: 'HS384' })],
    ['with a token signed by HS512', () => jwt({ alg: 'HS512' })],
    ['with the user in user_id', () => jwt({ claims: { user_id: 'ada' } })],
    ['with an HMAC', () => hmac()],
    ['with an HMAC in capitals', () => hmac().toUpperCase()],
    ['with a token that ends later', () => jwt({ claims: { sub: 'ada', exp: START_S + 60 } })],
    ['with a token that just ended', () => jwt({ claims: { sub: 'ada', exp: START_S - 59 } })],
    ['with a token that begins soon', () => jwt({ claims: { sub: 'ada', nbf: START_S + 60 } })],
  ])('%s', async (_, make) => {
    expect(await api.send(named(await make()))).toMatchObject({ accepted: 1, rejected: 0 });
    expect(await isKnown('ada')).toBe(true);
  });

  test('with a number for a user', async () => {
    const token = await jwt({ claims: { sub: 42 } });
    expect(await api.send(named(token, { userId: '42' }))).toMatchObject({ accepted: 1 });
  });

  test('with a token that had not ended when it happened', async () => {
    const token = await jwt({ claims: { sub: 'ada', exp: START_S - 3_600 } });
    const timestamp = new Date(START_MS - 3_601_000).toISOString();
    expect(await api.send(named(token, { timestamp }))).toMatchObject({ accepted: 1 });
  });

  test('with the context of its batch for a proof', async () => {
    const body = {
      writeKey: FIRST.writeKey,
      context: { identityToken: hmac() },
      batch: [named(), named(undefined, { userId: 'bea' })],
    };
    const { json } = await api.ask<WireAnswer>('/v1/batch', { method: 'POST', key: null, body });
    expect(json).toMatchObject({ accepted: 1, rejected: 1 });
    expect(json.results).toMatchObject([{ index: 1, code: 'unverified' }]);
  });

  test('by a server with an admin key, whose word is the proof', async () => {
    const question = { method: 'POST', key: FIRST.secretKey, body: { batch: [named()] } };
    const { json } = await api.ask<WireAnswer>('/v1/batch', question);
    expect(json).toMatchObject({ accepted: 1 });
    expect(await isKnown('ada')).toBe(true);
  });

  test('by each of two keys while one follows the other', async () => {
    const newer = await makeKey();
    const older = await api.send(named(hmac('ada', identityKey)));
    const both = await api.send(
      named(hmac('ada', newer.value)),
      named(await jwt({ key: newer.value })),
    );
    expect([older.accepted, both.accepted]).toEqual([1, 2]);
    const { data } = (await api.ask<Page<KeyAnswer>>('/v1/keys')).json;
    const first = data.find(({ role, id }) => role === 'identity' && id !== newer.id);
    expect((await api.request(`/v1/keys/${first?.id}`, { method: 'DELETE' })).status).toBe(204);
    const after = await api.send(named(hmac('ada', identityKey)), named(hmac('ada', newer.value)));
    expect(after).toMatchObject({ accepted: 1, rejected: 1 });
  });
});

describe('an event that names a user is rejected', () => {
  test.each<[string, () => unknown, string]>([
    ['without a proof', () => undefined, 'is missing'],
    ['with an empty proof', () => '', 'is missing'],
    ['with a text', () => 'let me in', 'is neither'],
    ['with an HMAC of another user', () => hmac('bea'), 'is not the HMAC-SHA256'],
    ['with an HMAC of another key', () => hmac('ada', FIRST.writeKey), 'is not the HMAC-SHA256'],
    ['with a token of another user', () => jwt({ claims: { sub: 'bea' } }), 'another user'],
    ['with a token of nobody', () => jwt({ claims: { exp: START_S + 60 } }), 'another user'],
    ['with a token of another key', () => jwt({ key: FIRST.writeKey }), 'is neither'],
    ['with a token that nobody signed', unsigned, 'is neither'],
    ['with an end that is none', () => jwt({ claims: { sub: 'ada', exp: 'never' } }), 'is neither'],
    [
      'with a token that has ended',
      () => jwt({ claims: { sub: 'ada', exp: START_S - 60 } }),
      'had ended when this happened',
    ],
    [
      'with a token that does not hold yet',
      () => jwt({ claims: { sub: 'ada', nbf: START_S + 61 } }),
      'did not hold yet',
    ],
  ])('%s', async (_, make, why) => {
    const token = await make();
    const { results } = await api.send(named(token, { messageId: 'm' }));
    const detail = expect.stringContaining(why);
    expect(results).toEqual([
      { index: 0, messageId: 'm', status: 'rejected', code: 'unverified', detail },
    ]);
    expect(await isKnown('ada')).toBe(false);
    expect(await isKnown('device')).toBe(false);
  });

  test('with a proof that is no text', async () => {
    const { results } = await api.send(named({ token: 1 }));
    expect(results).toMatchObject([{ code: 'invalid', status: 'rejected' }]);
  });

  test.each([
    ['identify', { type: 'identify', traits: { plan: 'pro' } }],
    ['group', { type: 'group', groupId: 'acme' }],
    ['alias', { type: 'alias', previousId: 'device' }],
    ['page', { type: 'page' }],
    ['screen', { type: 'screen' }],
  ])('also as %s', async (_, event) => {
    const { results } = await api.send(named(undefined, event));
    expect(results).toMatchObject([{ code: 'unverified' }]);
  });

  test('with a proof that another site’s key made', async () => {
    const question = {
      method: 'POST',
      body: { name: 'P', role: 'identity' },
      key: SECOND.secretKey,
    };
    const { value } = (await api.ask<NewKeyAnswer>('/v1/keys', question)).json;
    const { results } = await api.send(named(hmac('ada', value)));
    expect(results).toMatchObject([{ code: 'unverified' }]);
  });

  test('and changes nothing of who that is', async () => {
    await api.send(named(hmac(), { type: 'identify', traits: { plan: 'free' } }));
    await api.send(named(undefined, { type: 'identify', traits: { plan: 'pro' } }));
    const { json } = await api.ask<ProfileAnswer>('/v1/profiles/ada');
    expect(json.traits).toEqual({ plan: 'free' });
  });

  test('and is told in the quarantine with where and why, without the proof', async () => {
    const token = await jwt({ claims: { sub: 'bea' } });
    await api.send(named(token));
    const { data } = (await api.ask<Page<QuarantineAnswer>>('/v1/quarantine?code=unverified')).json;
    expect(data).toMatchObject([
      {
        pointer: '/context/identityToken',
        event: { userId: 'ada', context: { identityToken: '[removed]' } },
      },
    ]);
    expect(api.bytes()).not.toContain(token);
  });
});

describe('what nobody has to prove', () => {
  test('is what a device does without a user', async () => {
    expect(await api.send({ type: 'page', anonymousId: 'device' })).toMatchObject({ accepted: 1 });
  });

  test('is who a user is, where the site does not ask', async () => {
    await change({ verifyIdentity: false });
    expect(await api.send(named('nonsense'))).toMatchObject({ accepted: 1 });
    const sent = {
      key: null,
      method: 'POST',
      body: { writeKey: SECOND.writeKey, batch: [named()] },
    };
    expect((await api.ask<WireAnswer>('/v1/batch', sent)).json).toMatchObject({ accepted: 1 });
  });
});

test('a proof is kept nowhere', async () => {
  const token = await jwt();
  await api.send(named(token), named(hmac()));
  expect(api.bytes()).not.toContain(token);
  expect(api.bytes()).not.toContain(hmac());
});

test('an event without a messageId is the same one with a newer proof', async () => {
  const event = named(undefined, { timestamp: new Date(START_MS).toISOString() });
  const sendBare = async (identityToken: string) => {
    const body = { writeKey: FIRST.writeKey, ...event, context: { identityToken } };
    return (await api.ask<WireAnswer>('/v1/track', { method: 'POST', key: null, body })).json;
  };
  expect(await sendBare(hmac())).toMatchObject({ accepted: 1 });
  expect(await sendBare(await jwt())).toMatchObject({ accepted: 0, duplicate: 1 });
});

describe('a site that asks for proofs', () => {
  test('says so', async () => {
    const { json } = await api.ask<SiteAnswer>('/v1/sites/current');
    expect(json).toMatchObject({ verifyIdentity: true, identifyByEmail: false });
  });

  test('has a key that makes them', async () => {
    await change({ verifyIdentity: false });
    const { data } = (await api.ask<Page<KeyAnswer>>('/v1/keys')).json;
    const only = data.find(({ role }) => role === 'identity');
    expect((await api.request(`/v1/keys/${only?.id}`, { method: 'DELETE' })).status).toBe(204);
    const question = { method: 'PUT', body: { verifyIdentity: true } };
    const problem = await api.problem('/v1/sites/current', question);
    expect(problem).toMatchObject({ status: 409, code: 'conflict' });
    expect(problem.detail).toContain('role identity');
  });

  test('keeps the last of them', async () => {
    const { data } = (await api.ask<Page<KeyAnswer>>('/v1/keys')).json;
    const only = data.find(({ role }) => role === 'identity');
    const problem = await api.problem(`/v1/keys/${only?.id}`, { method: 'DELETE' });
    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
  });

  test('lets no e-mail name anybody', async () => {
    const byEmail = { method: 'PUT', body: { identifyByEmail: true } };
    const problem = await api.problem('/v1/sites/current', byEmail);
    expect(problem).toMatchObject({ status: 409, code: 'conflict' });
    await change({ verifyIdentity: false, identifyByEmail: true });
    const proven = { method: 'PUT', body: { verifyIdentity: true } };
    expect(await api.problem('/v1/sites/current', proven)).toMatchObject({ status: 409 });
  });

  test.each([
    ['nothing', {}],
    ['another word', { verifyIdentity: 'yes' }],
    ['what there is not', { verifyIdentity: true, verify: true }],
  ])('is not changed by %s', async (_, body) => {
    const problem = await api.problem('/v1/sites/current', { method: 'PUT', body });
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.errors?.length).toBeGreaterThan(0);
  });
});

describe('a key that makes proofs', () => {
  test('is shown once, and long enough for every algorithm', async () => {
    const { value, id } = await makeKey();
    expect(value).toMatch(/^ik_[\w-]{64}$/);
    const { data } = (await api.ask<Page<KeyAnswer>>('/v1/keys')).json;
    expect(data.find((each) => each.id === id)).not.toHaveProperty('value');
  });

  test('neither asks nor sends', async () => {
    const asked = await api.problem('/v1/segments', { key: identityKey });
    expect(asked).toMatchObject({ status: 401 });
    const question = { method: 'POST', key: identityKey, body: { batch: [named()] } };
    expect(await api.problem('/v1/batch', question)).toMatchObject({ status: 403 });
  });
});

describe('a secret key that others can read is refused, and said to be', () => {
  const exposed = { status: 403, code: 'secret_key_exposed', retryable: false };
  const from = (secretKey: string) =>
    [
      ['in the body', { body: { writeKey: secretKey, batch: [] }, key: null }, ''],
      ['in the address', { body: { batch: [] }, key: null }, `?writeKey=${secretKey}`],
      [
        'from a page',
        { body: { batch: [] }, key: secretKey, headers: { Origin: 'https://a.example' } },
        '',
      ],
    ] as const;
  test.each([...from(FIRST.secretKey), ...from(FIRST.readKey)])(
    '%s',
    async (_, question, query) => {
      const problem = await api.problem(`/v1/batch${query}`, { method: 'POST', ...question });
      expect(problem).toMatchObject(exposed);
      expect(JSON.stringify(problem)).not.toContain(FIRST.secretKey);
    },
  );

  test('in the address of a client’s settings', async () => {
    const path = `/v1/projects/${FIRST.secretKey}/settings`;
    expect(await api.problem(path, { key: null })).toMatchObject(exposed);
  });
});
