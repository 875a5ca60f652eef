import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@libsql/client';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { intakeSuite } from '../../testing/intake-suite.ts';
import { outgoingSuite } from '../../testing/outgoing-suite.ts';
import { dueAt, NO_CHANGES, personOf, state, storeSuite } from '../../testing/store-suite.ts';
import type { Event } from '../event.ts';
import type { Company } from '../identity/company.ts';
import { bucketOfId, createIdMaker } from '../identity/own-id.ts';
import { newState } from '../segments/state.ts';
import { readNaming } from './company-calls.ts';
import { createLibsqlStore } from './libsql-store.ts';
import { openWriter } from './open.ts';
import type { Changes, CompanyStrand, FiledEvent, Store, UnitOfWork } from './store.ts';

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-store-'));
  const { $client: client } = await openWriter({ url: `file:${join(folder, 'inkling.db')}` });
  const close = async () => {
    client.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const read = async (sql: string) =>
    (await client.execute(sql)).rows.map((row) => Object.values(row));
  return { store: createLibsqlStore(client), client, close, read };
}

storeSuite('a store in a libSQL file', open);
outgoingSuite('webhooks in a libSQL file', open);
intakeSuite('counts and rejected events in a libSQL file', open);

describe('the rows of a libSQL file', () => {
  let client: Client;
  let store: Store;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ client, store, close } = await open());
  });
  afterEach(() => close());

  const ids = createIdMaker(0, 1_800_000_000_000);
  const save = (changes: Partial<Changes>) =>
    store.tx((unit) => unit.save({ ...NO_CHANGES, ...changes }));
  const rows = async (sql: string) =>
    (await client.execute(sql)).rows.map((row) => Object.values(row));

  test('members come and go, and are counted by bucket', async () => {
    const [a, b, c] = [ids.next(1), ids.next(1), ids.next(2)];
    const entered = [a, b, c].map((profile) => ({ profile, segment: 9, enteredAtMs: 100 }));
    await save({ entered });
    const SIZE = 'SELECT bucket, members FROM member_count WHERE segment = 9 ORDER BY bucket';
    expect(await rows(SIZE)).toEqual([
      [1, 2],
      [2, 1],
    ]);
    await save({ left: [{ profile: a, segment: 9 }] });
    expect(await rows(SIZE)).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(await rows('SELECT profile, entered_at FROM member ORDER BY profile')).toEqual([
      [b, 100],
      [c, 100],
    ]);
  });

  test('a member whose entry moves leaves and enters in one go, and is counted once', async () => {
    const profile = ids.next(1);
    await save({ entered: [{ profile, segment: 9, enteredAtMs: 100 }] });
    await save({
      left: [{ profile, segment: 9 }],
      entered: [{ profile, segment: 9, enteredAtMs: 50 }],
    });
    expect(await rows('SELECT entered_at FROM member')).toEqual([[50]]);
    expect(await rows('SELECT members FROM member_count')).toEqual([[1]]);
  });

  test('every change of a membership is kept with its cause', async () => {
    const [profile, id, other] = [ids.next(1), ids.next(1), ids.next(1)];
    const shared = { profile, segment: 9, version: 2, recordedAtMs: 7 };
    await save({
      log: [
        { ...shared, id: other, direction: 'left', effectiveAtMs: 6, cause: 'time' },
        { ...shared, id, direction: 'entered', effectiveAtMs: 5, cause: 'event', event: 44 },
      ],
    });
    expect(await rows('SELECT * FROM member_log ORDER BY id')).toEqual([
      [1, profile, id, 9, 2, 1, 5, 7, 'event', 44],
      [1, profile, other, 9, 2, -1, 6, 7, 'time', null],
    ]);
  });

  test('every id that somebody got or lost is kept with what told so', async () => {
    const [profile, id, other] = [ids.next(1), ids.next(1), ids.next(1)];
    const shared = { site: 3, profile, into: profile, atMs: 5, recordedAtMs: 7 };
    const [a, e] = [
      { kind: 'anonymous', value: 'a' } as const,
      { kind: 'email', value: 'e' } as const,
    ];
    await save({
      identityLog: [
        { ...shared, id: other, action: 'unmerge', name: a, from: 44, by: 'api' },
        { ...shared, id, action: 'link', name: e, by: 'event', event: 9 },
      ],
    });
    expect(await rows('SELECT * FROM identity_log ORDER BY id')).toEqual([
      [1, profile, id, 3, 'link', 'email', 'e', profile, null, 5, 7, 'event', 9],
      [1, profile, other, 3, 'unmerge', 'anonymous', 'a', profile, 44, 5, 7, 'api', null],
    ]);
  });

  test('the highest tick is kept', async () => {
    await save({ tick: 41 });
    await save({ tick: 42 });
    expect(await rows("SELECT value FROM meta WHERE name = 'tick'")).toEqual([['42']]);
  });

  test('numbers lie there as integers', async () => {
    const person = personOf({ userId: 'u' });
    await save({
      profiles: [person],
      entered: [{ profile: person.id, segment: 9, enteredAtMs: 100 }],
    });
    const types = `SELECT typeof(id), typeof(bucket), typeof(site), typeof(revision),
      typeof(next_due) FROM profile`;
    expect(await rows(types)).toEqual([['integer', 'integer', 'integer', 'integer', 'null']]);
    expect(await rows('SELECT typeof(entered_at), typeof(profile) FROM member')).toEqual([
      ['integer', 'integer'],
    ]);
  });

  test('people are written in the order of their place', async () => {
    const people = [900, 3, 512, 3, 77].map((bucket) => personOf({ id: ids.next(bucket) }));
    await save({ profiles: people });
    const inOrder = people
      .map(({ id }) => [bucketOfId(id), id])
      .sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
    expect(await rows('SELECT bucket, id FROM profile ORDER BY rowid')).toEqual(inOrder);
  });

  describe('companies', () => {
    const acme = { site: 1, groupId: 'acme' };
    const companyOf = (rest: Partial<Company> = {}): Company => ({
      ...{ ...acme, size: 0, trail: [] },
      state: { ...newState(1), settledMs: 5, firstSeenMs: 5, lastSeenMs: 5 },
      ...rest,
    });
    const read = <T>(work: (unit: UnitOfWork) => Promise<T>) => store.tx(work);
    const SIZES = 'SELECT site, group_id, people FROM account ORDER BY site, group_id';

    test('have as many people as came and did not leave', async () => {
      const [a, b, c] = [ids.next(1), ids.next(1), ids.next(2)];
      const other = { ...acme, groupId: 'other' };
      const joined = [a, b, c].map((profile) => ({ ...acme, profile }));
      await save({ companies: [companyOf(), companyOf(other)], joined });
      expect(await rows(SIZES)).toEqual([
        [1, 'acme', 3],
        [1, 'other', 0],
      ]);
      const parted = [{ ...acme, profile: a }];
      await save({ parted, joined: [{ ...other, profile: a }] });
      expect(await rows(SIZES)).toEqual([
        [1, 'acme', 2],
        [1, 'other', 1],
      ]);
      expect(await rows('SELECT profile FROM account_person ORDER BY group_id, profile')).toEqual(
        [b, c, a].map((profile) => [profile]),
      );
    });

    test('keep their size when they are written again', async () => {
      await save({ companies: [companyOf()], joined: [{ ...acme, profile: ids.next(1) }] });
      await save({ companies: [companyOf({ size: 99 })] });
      expect(await read((unit) => unit.companies([acme]))).toEqual([companyOf({ size: 1 })]);
    });

    test('are one for each site and id, to the letter', async () => {
      await save({
        companies: [companyOf(), companyOf({ site: 2 }), companyOf({ groupId: 'ACME' })],
      });
      expect(await read((unit) => unit.companies([acme]))).toEqual([companyOf()]);
      expect(await read((unit) => unit.companies([{ ...acme, groupId: 'Acme' }]))).toEqual([]);
    });

    test('are read back exactly', async () => {
      const turn = { cause: 'event', event: 7, announced: true, traits: { plan: 'pro' } } as const;
      const company = fc.record({
        groupId: fc
          .string({ unit: 'binary', minLength: 1, maxLength: 20 })
          .map((text) => text.replaceAll('\0', '-')),
        state,
        trail: fc.array(
          fc
            .record({ atMs: fc.nat(), holds: fc.array(fc.string({ maxLength: 9 })) })
            .map((part) => ({ ...turn, ...part })),
          { maxLength: 3 },
        ),
      });
      let site = 10;
      await fc.assert(
        fc.asyncProperty(company, async (drawn) => {
          site += 1;
          const written = companyOf({ ...drawn, site });
          await save({ companies: [written] });
          expect(await read((unit) => unit.companies([written]))).toEqual([written]);
        }),
        { numRuns: 60 },
      );
    });

    test('are due by themselves, the earliest first, and once no more', async () => {
      const due = (groupId: string, dueMs: number) =>
        companyOf({ groupId, state: { ...newState(1), ...dueAt(dueMs).state } });
      await save({ companies: [due('late', 30), due('soon', 10), due('then', 20)] });
      const found = await read((unit) => unit.dueCompanies(25, 10));
      expect(found.map(({ groupId }) => groupId)).toEqual(['soon', 'then']);
      expect(await read((unit) => unit.dueCompanies(25, 1))).toHaveLength(1);
      expect(await read((unit) => unit.nextDueMs())).toBe(10);
      await save({ companies: [companyOf({ groupId: 'soon' })] });
      expect(await read((unit) => unit.nextDueMs())).toBe(20);
    });

    test('have their people marked as due at the latest, and nobody else', async () => {
      const [never, later, sooner, stranger] = [
        personOf(),
        personOf(dueAt(50)),
        personOf(dueAt(5)),
        personOf(),
      ];
      await save({ profiles: [never, later, sooner, stranger], companies: [companyOf()] });
      await save({ joined: [never, later, sooner].map(({ id }) => ({ ...acme, profile: id })) });
      await save({ marked: [{ ...acme, atMs: 20 }] });
      const due = await rows('SELECT id, next_due FROM profile');
      expect(new Map(due.map(([id, dueMs]) => [id, dueMs]))).toEqual(
        new Map([
          [never.id, 20],
          [later.id, 20],
          [sooner.id, 5],
          [stranger.id, null],
        ]),
      );
      const people = await read((unit) => unit.peopleOf([acme]));
      expect(people.map(({ id }) => id).toSorted(byNumber)).toEqual(
        [never.id, later.id, sooner.id].toSorted(byNumber),
      );
    });

    test('are known by whom group calls put into them, also who left or became another', async () => {
      const [a, b] = [personOf(), personOf()];
      const named = (groupId: string | undefined, part: number, site = 1): FiledEvent => {
        const event: Event = {
          ...{ messageId: 'm', type: 'group', atMs: 1, receivedAtMs: 1 },
          ...{ properties: {}, context: {}, traits: {}, flags: [] },
          ...(groupId !== undefined && { groupId }),
        };
        return { id: ids.next(bucketOfId(part)), part, profile: part, site, event };
      };
      const events = [
        ...[named('acme', a.id), named('acme', a.id), named('other', a.id), named('acme', b.id)],
        ...[named(undefined, b.id), named('acme', b.id, 2)],
      ];
      await save({ profiles: [a, b], events });
      expect(new Set(await readNaming(client, acme, 10))).toEqual(new Set([a.id, b.id]));
      expect(await readNaming(client, acme, 1)).toHaveLength(1);
      const all: CompanyStrand[] = [];
      for (let last = { site: 0, groupId: '', part: 0 }; ; ) {
        const [next] = await read((unit) => unit.namedAfter(last, 1));
        if (next === undefined) break;
        all.push(next);
        last = next;
      }
      const [low = 0, high = 0] = [a.id, b.id].toSorted(byNumber);
      expect(all).toEqual([
        { site: 1, groupId: 'acme', part: low },
        { site: 1, groupId: 'acme', part: high },
        { site: 1, groupId: 'other', part: a.id },
        { site: 2, groupId: 'acme', part: b.id },
      ]);
      await save({ absorbed: [{ id: b.id, site: 1, into: a.id }] });
      expect(await read((unit) => unit.owners([a.id, b.id]))).toEqual([a.id]);
    });
  });
});

function byNumber(a: number, b: number): number {
  return a - b;
}
