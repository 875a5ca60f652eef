import { expect, test } from 'vitest';
import type { Event } from '../event.ts';
import type { Rejected, WriteRequest } from './outcome.ts';
import { dayOf, tallyOf } from './tally.ts';

const AT_MS = 1_800_000_000_000;
const EVENT: Event = {
  ...{ messageId: 'm', type: 'page', anonymousId: 'a', atMs: AT_MS, receivedAtMs: AT_MS },
  ...{ properties: {}, context: {}, traits: {}, flags: [] },
};
const REJECTED: Rejected = {
  ...{ index: 0, code: 'invalid', detail: '', pointer: '' },
  keepsake: { event: '{}', isCut: false },
};

function request(change: Partial<WriteRequest> = {}): WriteRequest {
  const from = { site: 1, key: 'key_a', receivedAtMs: AT_MS };
  return { ...from, events: [], rejected: [], lost: {}, debug: false, ...change };
}

/** What is counted of some requests, the positions of whose duplicates and of erased people's events are given. */
function check(
  requests: readonly (readonly [
    request: WriteRequest,
    duplicates: readonly number[],
    erased?: readonly number[],
  ])[],
  expected: readonly string[],
) {
  const outcomes = requests.map(([, duplicates, erased = []]) => ({
    ...{ kind: 'decided' as const, duplicates: new Set(duplicates), memberships: [] },
    erased: new Set(erased),
  }));
  const rows = tallyOf(
    requests.map(([each]) => each),
    outcomes,
  );
  const told = rows.map(({ site, day, key, outcome, reason, count }) =>
    [site, day - dayOf(AT_MS), key, outcome, reason, count].join(' '),
  );
  expect(told).toEqual(expected);
}

test('what is an erased person’s is dropped and not accepted', () => {
  check(
    [[request({ events: [EVENT, EVENT, EVENT, EVENT] }), [0], [1, 3]]],
    [
      '1 0 key_a accepted  1',
      '1 0 key_a dropped erased 2',
      '1 0 key_a duplicate  1',
      '1 0 key_a received  4',
    ],
  );
});

test('a row is written for each reason, however many events and requests there are', () => {
  const events = Array.from({ length: 500 }, () => EVENT);
  const one = request({ events, rejected: [REJECTED, REJECTED, { ...REJECTED, code: 'too_old' }] });
  check(
    [
      [one, [3, 4]],
      [one, []],
    ],
    [
      '1 0 key_a accepted  998',
      '1 0 key_a duplicate  2',
      '1 0 key_a received  1006',
      '1 0 key_a rejected invalid 4',
      '1 0 key_a rejected too_old 2',
    ],
  );
});

test('sites, keys and days are counted apart, in the order of the key of their rows', () => {
  const events = [EVENT];
  check(
    [
      [request({ events, site: 2 }), []],
      [request({ events, key: 'key_b' }), []],
      [request({ events, receivedAtMs: AT_MS + 86_400_000 }), []],
      [request({ events }), []],
    ],
    ['1 0 key_a', '1 0 key_b', '1 1 key_a', '2 0 key_a'].flatMap((of) => [
      ...[`${of} accepted  1`, `${of} received  1`],
    ]),
  );
});

test('nothing is written of an empty request', () => check([[request(), []]], []));

test('what a client lost is counted unless its batch was here before', () => {
  const lost = { overflow: 2, refused: 1 };
  check([[request({ lost }), []]], ['1 0 key_a lost overflow 2', '1 0 key_a lost refused 1']);
  check(
    [[request({ lost, events: [EVENT] }), [0]]],
    ['1 0 key_a duplicate  1', '1 0 key_a received  1'],
  );
});
