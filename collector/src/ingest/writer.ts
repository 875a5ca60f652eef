import type { Event } from '../event.ts';
import { BUCKETS } from '../identity/bucket.ts';
import { emailOf } from '../identity/email.ts';
import { bucketOfId, createIdMaker, type IdMaker } from '../identity/own-id.ts';
import { IDS_PER_PROFILE_MAX } from '../identity/profile.ts';
import { createOutgoing, fanOut, type Outgoing, type Turn } from '../notify/outgoing.ts';
import type { Definition } from '../segments/definition.ts';
import { LEAD } from '../segments/lead.ts';
import { compilePlan, type Plan } from '../segments/plan.ts';
import { checkReferences, dependentsOf, type Site as References } from '../segments/references.ts';
import { SCORES_MAX, type ScoreModel } from '../segments/score-model.ts';
import { starters } from '../segments/starters.ts';
import type { Chore } from '../store/chores.ts';
import type { Precondition, SiteDefinitions } from '../store/definitions.ts';
import type { KeyStore } from '../store/key-rows.ts';
import type { RemovalStore } from '../store/removal.ts';
import type { SiteChange, SiteOutcome, SiteWish } from '../store/sites.ts';
import type {
  CompanyStrand,
  FiledEvent,
  OutboxRow,
  Place,
  Store,
  UnitOfWork,
} from '../store/store.ts';
import { Census, type SeenRow } from './census.ts';
import { decideGroup, settlePeople } from './group.ts';
import { COUNTS_KEPT_DAYS, Intake, QUARANTINE_KEPT_MS, quarantineRows } from './intake.ts';
import type { LedgerPorts } from './ledger.ts';
import type {
  DeleteOutcome,
  SaveOutcome,
  SaveScoreOutcome,
  WriteOutcome,
  WriteRequest,
} from './outcome.ts';
import {
  type EraseOutcome,
  erasePerson,
  type MergeOutcome,
  mergePeople,
  type UnmergeOutcome,
  unmergeIdentity,
} from './people.ts';
import { rankAll } from './ranker.ts';
import { FIRST_COMPANY, regroupPeople } from './regroup.ts';
import { expirePerson } from './retention.ts';
import { type CountRow, dayOf } from './tally.ts';
import { createWriterFigures, type WriterFigures } from './writer-figures.ts';

/** All that changes the database goes through one writer, one transaction after the other. */
export interface Writer {
  /** Resolves when the request is on disk; rejects when it could not be written. */
  readonly write: (request: WriteRequest) => Promise<WriteOutcome>;
  /** Whether a request would be taken now: it is not closed, and not too much waits. */
  readonly takesRequests: () => Promise<boolean>;
  /** Of its own work since it started, in the format that Prometheus reads. */
  readonly figures: () => Promise<string>;
  /** Adds to counts what was turned away before it came here. */
  readonly count: (rows: readonly CountRow[]) => Promise<void>;
  /** Saves a parsed definition and starts its back-fill; answers what came of it. */
  readonly saveSegment: (
    site: number,
    definition: Definition,
    only?: Precondition,
  ) => Promise<SaveOutcome>;
  readonly deleteSegment: (site: number, id: string) => Promise<DeleteOutcome>;
  /** Saves a parsed model and starts its back-fill. */
  readonly saveScore: (site: number, model: ScoreModel) => Promise<SaveScoreOutcome>;
  /** Makes a site with a lead score and something to look at; `undefined` where there is no room. */
  readonly addSite: (wish: SiteWish) => Promise<number | undefined>;
  /** Changes what a site wants of all its events. */
  readonly saveSite: (site: number, change: SiteChange) => Promise<SiteOutcome>;
  /**
   * Removes a site; answers whether there was one. Its keys are gone by then, its rows go between
   * requests.
   */
  readonly removeSite: (site: number) => Promise<boolean>;
  /** Changes who may ask and send. */
  readonly addKey: KeyStore['add'];
  readonly removeKey: KeyStore['remove'];
  /** Makes one person of two, known users included: the owner's word, which no event can give. */
  readonly mergePeople: (site: number, into: number, from: number) => Promise<MergeOutcome>;
  /** Takes an id with all that was filed under it out of a person. */
  readonly unmergeIdentity: (
    site: number,
    profile: number,
    value: string,
  ) => Promise<UnmergeOutcome>;
  /** Removes all that is kept of a person, also from what the database was written over with. */
  readonly erasePerson: (site: number, profile: number) => Promise<EraseOutcome>;
  readonly outgoing: Outgoing;
  /** Finishes what was taken and takes no more. */
  readonly close: () => Promise<void>;
}

/** Where definitions are kept; all calls come from the writer. */
export interface DefinitionStore {
  readonly load: () => Promise<readonly SiteDefinitions[]>;
  readonly save: (
    site: number,
    definition: Definition,
    fresh: { readonly key: number; readonly nowMs: number; readonly only: Precondition },
  ) => Promise<boolean>;
  readonly remove: (site: number, id: string, nowMs: number) => Promise<boolean>;
  readonly addSite: (wish: SiteWish, nowMs: number) => Promise<number | undefined>;
  readonly saveModel: (
    site: number,
    model: ScoreModel,
    fresh: { readonly key: number; readonly nowMs: number },
  ) => Promise<void>;
  readonly saveSite: (site: number, change: SiteChange) => Promise<SiteOutcome>;
  readonly renew: (site: number, keys: readonly number[]) => Promise<void>;
  readonly noteProgress: (
    site: number,
    progress: { readonly passed: number; readonly finished: boolean },
  ) => Promise<void>;
}

/** Where is kept what events looked like. */
export interface SeenStore {
  readonly load: () => Promise<readonly SeenRow[]>;
  readonly save: (rows: readonly SeenRow[]) => Promise<void>;
}

/** Where is kept which work a database needed once and has had. */
export interface ChoreStore {
  readonly isDone: (chore: Chore) => Promise<boolean>;
  readonly noteDone: (chore: Chore) => Promise<void>;
}

export interface WriterPorts {
  readonly store: Store;
  readonly chores: ChoreStore;
  readonly definitions: DefinitionStore;
  readonly seen: SeenStore;
  readonly keys: KeyStore;
  readonly removals: RemovalStore;
  readonly clock: () => number;
  /** The highest tick of our own ids that was ever stored. */
  readonly tick: number;
  /** Events that are older are removed; none if absent. */
  readonly retentionMs?: number;
  /** Most ids that one person is known by; {@link IDS_PER_PROFILE_MAX} if absent. */
  readonly idsMax?: number;
  /** Is told the highest tick that is on disk. */
  readonly mark?: (tick: number) => void;
  /** Is told what was committed, after it is on disk. */
  readonly committed: (events: readonly FiledEvent[]) => void;
  /** Is told the outgoing messages, once and in their order, after their deliveries are on disk. */
  readonly deliver: (messages: readonly OutboxRow[]) => void;
  /** Is told that there may be something to send to webhooks. */
  readonly due: () => void;
  /** Is told of trouble that no caller hears of. */
  readonly report: (error: unknown) => void;
}

/** A transaction takes up to this many events: beyond it the cost per event no longer falls. */
const GROUP_EVENTS_MAX = 1_000;
/** Waiting events past which senders are asked to come again: some seconds of work. */
const WAITING_EVENTS_MAX = 20_000;
const BUSY_RETRY_AFTER_S = 2;
/** People that one transaction settles or back-fills, so that requests never wait long behind it. */
const PEOPLE_PER_STEP = 200;
/** For people whose companies have to be gone through for it a step takes fewer of them. */
const PEOPLE_PER_SHARED_STEP = 20;
/** Companies that one transaction settles together with up to 200 people of each. */
const COMPANIES_PER_STEP = 10;
/** Messages of an earlier database that one transaction relays. */
const OUTBOX_PER_STEP = 1_000;
/** What was seen of events gathers this long. It informs and decides nothing: a crash may lose as much of it. */
const SEEN_DELAY_MS = 1_000;
const RANK_DELAY_MS = 60_000;
/** What was told long ago goes this often, in steps of so many rows. */
const PRUNE_DELAY_MS = 600_000;
const PRUNE_PER_STEP = 1_000;
/** A listener of the stream who was away for a day hears of all that happened meanwhile. */
export const MESSAGES_KEPT_MS = 86_400_000;
/** The log of deliveries reaches back so far … */
export const DELIVERIES_KEPT_MS = 30 * 86_400_000;
/** … or, of a busy webhook, to the newest so many; what still waits goes on waiting. */
export const DELIVERIES_PER_WEBHOOK_KEPT = 10_000;
/** What became too old is looked for this often, in steps of so many buckets … */
export const EXPIRE_DELAY_MS = 6 * 3_600_000;
const BUCKETS_PER_STEP = 4;
/** … and of so many people, the rest of whose history is read whole. */
const EXPIRED_PER_STEP = 10;
/** After trouble the writer's own work waits this long. */
const TROUBLE_DELAY_MS = 1_000;
/** Timers do not notice that the wall clock was moved, so none sleeps longer than a change may be late. */
const TIMER_DELAY_MS_MAX = 1_000;

interface Waiting {
  readonly request: WriteRequest;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Says what others are to be told of. */
type Tell = (messages: readonly OutboxRow[]) => void;

/** Starts the one writer of a database. */
export async function startWriter(ports: WriterPorts): Promise<Writer> {
  const figures = createWriterFigures();
  const writer = new LoopWriter(ports, new Census(await ports.seen.load()), figures);
  await writer.start();
  return {
    write: (request) => writer.write(request),
    takesRequests: async () => writer.takesRequests(),
    figures: () => figures.text(),
    count: (rows) => writer.count(rows),
    saveSegment: (site, definition, only) => writer.saveSegment(site, definition, only),
    deleteSegment: (site, id) => writer.deleteSegment(site, id),
    saveScore: (site, model) => writer.saveScore(site, model),
    addSite: (wish) => writer.addSite(wish),
    saveSite: (site, change) => writer.saveSite(site, change),
    removeSite: (site) => writer.removeSite(site),
    addKey: (row) => writer.changeKeys(row.site, (keys) => keys.add(row)),
    removeKey: (site, id) => writer.changeKeys(site, (keys) => keys.remove(site, id)),
    mergePeople: (site, into, from) => writer.mergePeople(site, into, from),
    unmergeIdentity: (site, profile, value) => writer.unmergeIdentity(site, profile, value),
    erasePerson: (site, profile) => writer.erasePerson(site, profile),
    outgoing: writer.outgoing(),
    close: () => writer.close(),
  };
}

class LoopWriter {
  readonly #ports: WriterPorts;
  readonly #ids: IdMaker;
  readonly #census: Census;
  readonly #figures: WriterFigures;
  readonly #intake = new Intake();
  readonly #plans = new Map<number, Plan>();
  /** The sites whose people e-mails name. */
  readonly #byEmail = new Set<number>();
  /** How far the back-fill of each site is: the last profile passed. */
  readonly #backfills = new Map<number, number>();
  /** Sites that are no more: nothing is written of them. */
  readonly #removed = new Set<number>();
  /** Those of them that have rows still. */
  readonly #leaving = new Set<number>();
  /** How far people of an earlier database are put into their companies; absent once all are. */
  #regrouped: CompanyStrand | undefined;
  readonly #jobs: (() => Promise<void>)[] = [];
  #waiting: Waiting[] = [];
  #waitingEvents = 0;
  #nowMs = 0;
  #nextDueMs: number | undefined = 0;
  #rankAtMs: number | undefined;
  #ranking: AsyncGenerator<void> | undefined;
  #seenAtMs: number | undefined;
  #pruneAtMs = 0;
  #expireAtMs = 0;
  /** How far the look for what became too old is; absent while there is none. */
  #expiring: Place | undefined;
  /** When to try again to overwrite what was erased; absent while all is. */
  #scrubAtMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(ports: WriterPorts, census: Census, figures: WriterFigures) {
    this.#ports = ports;
    this.#census = census;
    this.#figures = figures;
    this.#ids = createIdMaker(ports.tick, ports.clock());
  }

  async start(): Promise<void> {
    await this.#reload();
    await this.#relive();
    await this.#relayRest();
    for (const { site, isLeft } of await this.#ports.removals.load()) {
      this.#removed.add(site);
      if (isLeft) this.#leave(site);
    }
    if (!(await this.#ports.chores.isDone('regroup'))) this.#regrouped = FIRST_COMPANY;
    this.#wake();
  }

  write(request: WriteRequest): Promise<WriteOutcome> {
    if (this.#closed) return Promise.reject(new Error('The writer is closed'));
    if (this.#removed.has(request.site)) return Promise.resolve({ kind: 'removed' });
    const size = sizeOf(request);
    if (this.#waitingEvents + size > WAITING_EVENTS_MAX) {
      return Promise.resolve({ kind: 'busy', retryAfterS: BUSY_RETRY_AFTER_S });
    }
    this.#waitingEvents += size;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#wake();
    });
  }

  takesRequests(): boolean {
    return !this.#closed && this.#waitingEvents < WAITING_EVENTS_MAX;
  }

  count(rows: readonly CountRow[]): Promise<void> {
    return this.#enqueue(() => {
      const present = rows.filter(({ site }) => !this.#removed.has(site));
      return this.#tx(({ intake }) => intake.count(present));
    });
  }

  saveSegment(
    site: number,
    definition: Definition,
    only: Precondition = 'any',
  ): Promise<SaveOutcome> {
    return this.#enqueue(async () => {
      const { segments, scores } = await this.#definitionsOf(site);
      const errors = checkReferences(definition, { segments, scores });
      if (errors.length > 0) return { kind: 'wrong', errors };
      const fresh = { key: this.#ids.next(0), nowMs: this.#now(), only };
      const saved = await this.#ports.definitions.save(site, definition, fresh);
      await this.#reload();
      return { kind: saved ? 'saved' : 'precondition' };
    });
  }

  deleteSegment(site: number, id: string): Promise<DeleteOutcome> {
    return this.#enqueue(async () => {
      const { segments } = await this.#definitionsOf(site);
      const needing = dependentsOf({ kind: 'segment', id }, segments);
      if (needing.length > 0) return { kind: 'needed', by: needing.map(({ name }) => name) };
      const removed = await this.#ports.definitions.remove(site, id, this.#now());
      await this.#reload();
      return { kind: removed ? 'deleted' : 'missing' };
    });
  }

  saveScore(site: number, model: ScoreModel): Promise<SaveScoreOutcome> {
    return this.#enqueue(async () => {
      const { scores } = await this.#definitionsOf(site);
      if (!scores.includes(model.id) && scores.length >= SCORES_MAX) return { kind: 'full' };
      const fresh = { key: this.#ids.next(0), nowMs: this.#now() };
      await this.#ports.definitions.saveModel(site, model, fresh);
      await this.#reload();
      return { kind: 'saved', created: !scores.includes(model.id) };
    });
  }

  /** As they are stored now: nobody else changes them while this writer works. */
  async #definitionsOf(site: number): Promise<References> {
    const all = await this.#ports.definitions.load();
    const own = all.find((each) => each.site === site);
    return {
      segments: own?.segments.map(({ definition }) => definition) ?? [],
      scores: own?.scores.map(({ model }) => model.id) ?? [],
    };
  }

  addSite(wish: SiteWish): Promise<number | undefined> {
    return this.#enqueue(async () => {
      const { definitions } = this.#ports;
      const site = await definitions.addSite(wish, this.#now());
      if (site === undefined) return undefined;
      const fresh = () => ({ key: this.#ids.next(0), nowMs: this.#now() });
      await definitions.saveModel(site, LEAD, fresh());
      for (const definition of starters()) {
        await definitions.save(site, definition, { ...fresh(), only: 'any' });
      }
      await this.#reload();
      return site;
    });
  }

  saveSite(site: number, change: SiteChange): Promise<SiteOutcome> {
    return this.#enqueue(async () => {
      const outcome = await this.#ports.definitions.saveSite(site, change);
      await this.#reload();
      return outcome;
    });
  }

  removeSite(site: number): Promise<boolean> {
    return this.#enqueue(async () => {
      if (!(await this.#ports.removals.begin(site))) return false;
      this.#removed.add(site);
      this.#leave(site);
      const waiting = this.#waiting;
      this.#waiting = waiting.filter(({ request }) => request.site !== site);
      for (const { request, resolve } of waiting) {
        if (request.site !== site) continue;
        this.#waitingEvents -= sizeOf(request);
        resolve({ kind: 'removed' });
      }
      return true;
    });
  }

  /** From now on the people of a site are in nothing, and time changes nothing of them. */
  #leave(site: number): void {
    this.#leaving.add(site);
    this.#byEmail.delete(site);
    this.#backfills.delete(site);
    this.#census.drop(site);
    this.#plans.set(site, compilePlan([], Number.MAX_SAFE_INTEGER, 'UTC', []));
    this.#ranking = undefined;
  }

  changeKeys<T>(site: number, change: (keys: KeyStore) => Promise<T>): Promise<T> {
    return this.#enqueue(async () => {
      this.#expectPresent(site);
      return await change(this.#ports.keys);
    });
  }

  mergePeople(site: number, into: number, from: number): Promise<MergeOutcome> {
    return this.#decide(site, (unit, ports) => mergePeople(unit, { site, into, from }, ports));
  }

  unmergeIdentity(site: number, profile: number, value: string): Promise<UnmergeOutcome> {
    const wish = { site, profile, value };
    return this.#decide(site, (unit, ports) => unmergeIdentity(unit, wish, ports));
  }

  outgoing(): Outgoing {
    const outgoing = createOutgoing((work) => this.#inTurn(work), this.#ports.due);
    return {
      ...outgoing,
      createWebhook: async (site, fields, secret) => {
        this.#expectPresent(site);
        return await outgoing.createWebhook(site, fields, secret);
      },
    };
  }

  erasePerson(site: number, profile: number): Promise<EraseOutcome> {
    return this.#enqueue(async () => {
      this.#expectPresent(site);
      const ports = this.#ledger(this.#now());
      const { outcome, events } = await this.#tx((unit) =>
        erasePerson(unit, { site, profile }, ports),
      );
      if (outcome.kind === 'gone') return outcome;
      // Somebody else may be among the first now.
      if (this.#rankAtMs !== undefined) this.#rankAtMs = this.#now();
      for (const event of events) this.#census.forget(site, event);
      if (this.#census.hasChanges()) this.#seenAtMs = this.#now();
      this.#scrubAtMs = this.#now();
      return outcome;
    });
  }

  /** Runs work about webhooks between the writer's own steps. */
  #inTurn<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#tx(({ outgoing }) => work(this.#turn(outgoing))));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    while (this.#running !== undefined) await this.#running;
    if (this.#census.hasChanges()) await this.#ownWork(() => this.#saveSeen());
  }

  /**
   * In an earlier database late events did not change what depends on the past and asks about companies:
   * everybody's is gone through once.
   */
  async #relive(): Promise<void> {
    const { chores, definitions } = this.#ports;
    if (await chores.isDone('relive')) return;
    for (const [site, { shared }] of this.#plans) {
      if (shared.length === 0) continue;
      await definitions.renew(
        site,
        shared.map(({ key }) => key),
      );
    }
    await chores.noteDone('relive');
    await this.#reload();
  }

  #enqueue<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() => job().then(resolve, reject));
      this.#wake();
    });
  }

  /** Takes its turn between the groups, in a transaction of its own. */
  #decide<T>(site: number, work: (unit: UnitOfWork, ports: LedgerPorts) => Promise<T>): Promise<T> {
    return this.#enqueue(async () => {
      this.#expectPresent(site);
      const ports = this.#ledger(this.#now());
      return await this.#tx((unit) => work(unit, ports));
    });
  }

  /** Starts the loop unless it runs; whoever comes in the same tick is in the same group. */
  #wake(): void {
    if (this.#running !== undefined) return;
    clearTimeout(this.#timer);
    this.#running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#loop())
      .catch(this.#ports.report)
      .finally(() => {
        this.#running = undefined;
        this.#sleep();
      });
  }

  /** One step of each kind in turn, so that none starves another, until nothing is left to do. */
  async #loop(): Promise<void> {
    for (let worked = true; worked; ) {
      worked = await this.#runJob();
      worked = (await this.#commitWaiting()) || worked;
      if (this.#closed) continue;
      worked = (await this.#settleDue()) || worked;
      worked = (await this.#backfill()) || worked;
      worked = (await this.#rank()) || worked;
      worked = (await this.#saveSeenInTime()) || worked;
      worked = (await this.#scrub()) || worked;
      worked = (await this.#prune()) || worked;
      worked = (await this.#expire()) || worked;
      worked = (await this.#regroup()) || worked;
      worked = (await this.#removeRows()) || worked;
      // Requests that arrived meanwhile are read from their sockets before the next group is closed.
      await new Promise<void>((resolve) => setImmediate(resolve));
      worked ||= this.#waiting.length > 0 || this.#jobs.length > 0;
    }
  }

  #sleep(): void {
    if (this.#closed) return;
    if (this.#waiting.length > 0 || this.#jobs.length > 0) {
      this.#wake();
      return;
    }
    const atMs = Math.min(
      this.#nextDueMs ?? Infinity,
      this.#rankAtMs ?? Infinity,
      this.#seenAtMs ?? Infinity,
      this.#scrubAtMs ?? Infinity,
      this.#ports.retentionMs === undefined ? Infinity : this.#expireAtMs,
    );
    if (atMs === Infinity) return;
    const delayMs = Math.min(Math.max(0, atMs - this.#ports.clock()), TIMER_DELAY_MS_MAX);
    this.#timer = setTimeout(() => this.#wake(), delayMs);
  }

  async #runJob(): Promise<boolean> {
    const job = this.#jobs.shift();
    await job?.();
    return job !== undefined;
  }

  async #commitWaiting(): Promise<boolean> {
    const group = this.#takeGroup();
    if (group.length === 0) return false;
    try {
      await this.#commit(group);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      // One request must not fail its neighbours: each has its own transaction now.
      else for (const alone of group) await this.#commit([alone]).catch(alone.reject);
    }
    return true;
  }

  #takeGroup(): readonly Waiting[] {
    let events = 0;
    let size = 0;
    for (const { request } of this.#waiting) {
      if (size > 0 && events + sizeOf(request) > GROUP_EVENTS_MAX) break;
      events += sizeOf(request);
      size += 1;
    }
    this.#waitingEvents -= events;
    const group = this.#waiting.slice(0, size);
    this.#waiting = this.#waiting.slice(size);
    return group;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const requests = group.map(({ request }) => request);
    const receivedAtMs = requests.flatMap(({ events }) =>
      events.map((event) => event.receivedAtMs),
    );
    const nowMs = this.#now(receivedAtMs.reduce((a, b) => Math.max(a, b), 0));
    const end = this.#figures.begin(receivedAtMs.length);
    // Made first, so that the tick that is saved with the group lies after their ids.
    const quarantined = quarantineRows(requests, this.#ids.next);
    const decide = async (unit: UnitOfWork) => {
      const decided = await decideGroup(unit, requests, this.#ledger(nowMs));
      const { intake } = unit;
      const counted = await this.#intake.save(intake, requests, decided.outcomes, quarantined);
      return { ...decided, counted };
    };
    let isCommitted = false;
    try {
      await this.#tx(decide, ({ outcomes, changes, counted }) => {
        isCommitted = true;
        counted();
        group.forEach(({ resolve }, index) => {
          const outcome = outcomes[index];
          if (outcome !== undefined) resolve(outcome);
        });
        if (changes.events.length > 0) this.#ports.committed(changes.events);
        for (const { site, event } of changes.events) this.#census.take(site, event);
      });
    } finally {
      end(isCommitted);
    }
    if (this.#census.hasChanges()) this.#seenAtMs ??= this.#ports.clock() + SEEN_DELAY_MS;
  }

  async #settleDue(): Promise<boolean> {
    const nowMs = this.#now();
    if (this.#nextDueMs === undefined || this.#nextDueMs > nowMs) return false;
    return await this.#ownWork(async () => {
      await this.#tx(async (unit) => {
        const people = await unit.due(nowMs, PEOPLE_PER_STEP);
        const companies = await unit.dueCompanies(nowMs, COMPANIES_PER_STEP);
        const settled = await settlePeople(unit, people, this.#ledger(nowMs), companies);
        const isStuck = settled.profiles.length + settled.companies.length === 0;
        // It would come due again at once, for ever.
        if (isStuck && people.length + companies.length > 0) {
          throw new Error('Invariant broken: what is due can be settled');
        }
      });
    });
  }

  /** Looks at the next people of a site whose definitions changed, oldest place first. */
  async #backfill(): Promise<boolean> {
    const [next] = this.#backfills;
    if (next === undefined) return false;
    const [site, afterId] = next;
    return await this.#ownWork(async () => {
      const passed = await this.#tx(async (unit) => {
        const isShared = this.#planOf(site).shared.length > 0;
        const limit = isShared ? PEOPLE_PER_SHARED_STEP : PEOPLE_PER_STEP;
        const people = await unit.profilesAfter(site, afterId, limit);
        await settlePeople(unit, people, this.#ledger(this.#now()));
        return people;
      });
      const last = passed.at(-1);
      if (last === undefined) this.#backfills.delete(site);
      else this.#backfills.set(site, last.id);
      const progress = { passed: passed.length, finished: last === undefined };
      await this.#ports.definitions.noteProgress(site, progress);
    });
  }

  /** Who is among the first is looked at anew once a minute, and when a definition changed. */
  async #rank(): Promise<boolean> {
    if (this.#ranking === undefined) {
      const isDue = this.#rankAtMs !== undefined && this.#rankAtMs <= this.#now();
      if (!isDue || this.#backfills.size > 0) return false;
      this.#ranking = rankAll(this.#plans.values(), {
        tx: (work) => this.#tx(work),
        ledger: () => this.#ledger(this.#now()),
      });
      this.#rankAtMs = this.#now() + RANK_DELAY_MS;
    }
    const step = this.#ranking;
    this.#ranking = undefined;
    return await this.#ownWork(async () => {
      const { done } = await step.next();
      if (done !== true) this.#ranking = step;
    });
  }

  async #regroup(): Promise<boolean> {
    const after = this.#regrouped;
    if (after === undefined) return false;
    return await this.#ownWork(async () => {
      const ports = this.#ledger(this.#now());
      const passed = await this.#tx((unit) => regroupPeople(unit, after, PEOPLE_PER_STEP, ports));
      if (passed === undefined) await this.#ports.chores.noteDone('regroup');
      this.#regrouped = passed;
    });
  }

  async #removeRows(): Promise<boolean> {
    const [site] = this.#leaving;
    if (site === undefined) return false;
    return await this.#ownWork(async () => {
      if (await this.#ports.removals.step(site)) return;
      this.#leaving.delete(site);
      this.#plans.delete(site);
      this.#scrubAtMs = this.#now();
    });
  }

  /** What an earlier version has left to be told later comes before all that follows. */
  async #relayRest(): Promise<void> {
    for (let taken = OUTBOX_PER_STEP; taken === OUTBOX_PER_STEP; ) {
      taken = await this.#tx(async (unit, tell) => {
        const messages = await unit.takeOutbox(this.#now(), OUTBOX_PER_STEP);
        tell(messages);
        return messages.length;
      });
    }
  }

  /** Removes what need not be kept. Nothing grows while nothing happens, so no timer waits for this. */
  async #prune(): Promise<boolean> {
    const nowMs = this.#now();
    if (this.#pruneAtMs > nowMs) return false;
    this.#pruneAtMs = nowMs + PRUNE_DELAY_MS;
    return await this.#ownWork(async () => {
      const keep = {
        deliveriesSinceMs: nowMs - DELIVERIES_KEPT_MS,
        deliveriesPerWebhook: DELIVERIES_PER_WEBHOOK_KEPT,
        messagesSinceMs: nowMs - MESSAGES_KEPT_MS,
      };
      const kept = {
        quarantinedSinceMs: nowMs - QUARANTINE_KEPT_MS,
        countedSinceDay: dayOf(nowMs) - COUNTS_KEPT_DAYS,
      };
      const hasMore = await this.#tx(async ({ outgoing, intake }) => [
        await outgoing.prune(keep, PRUNE_PER_STEP),
        await intake.prune(kept, PRUNE_PER_STEP),
      ]);
      if (hasMore.includes(true)) this.#pruneAtMs = nowMs;
    });
  }

  /** Removes what became too old, of a few people at a time. */
  async #expire(): Promise<boolean> {
    const { retentionMs } = this.#ports;
    const nowMs = this.#now();
    if (retentionMs === undefined) return false;
    if (this.#expiring === undefined) {
      if (this.#expireAtMs > nowMs) return false;
      this.#expireAtMs = nowMs + EXPIRE_DELAY_MS;
    }
    const after = this.#expiring ?? { bucket: 0, id: 0 };
    return await this.#ownWork(async () => {
      // Where it fails it goes on from here.
      this.#expiring = after;
      this.#expiring = await this.#expireSome(after, nowMs - retentionMs);
    });
  }

  /** @returns How far it is now; `undefined` at the end. */
  async #expireSome(after: Place, beforeMs: number): Promise<Place | undefined> {
    const nowMs = this.#now();
    const stretch = { after, beforeBucket: after.bucket + BUCKETS_PER_STEP };
    const { last, expired } = await this.#tx(async (unit) => {
      const people = await unit.seenBefore(beforeMs, stretch, EXPIRED_PER_STEP);
      const expired: { readonly site: number; readonly events: readonly Event[] }[] = [];
      for (const person of people) {
        const { site } = person;
        if (this.#removed.has(site)) continue;
        const events = await expirePerson(unit, person, beforeMs, this.#ledger(nowMs));
        if (events.length === 0) continue;
        const row = { site, key: '', day: dayOf(nowMs), reason: '', count: events.length } as const;
        await unit.intake.count([{ ...row, outcome: 'expired' }]);
        expired.push({ site, events });
      }
      return { last: people[EXPIRED_PER_STEP - 1], expired };
    });
    for (const { site, events } of expired) {
      for (const event of events) this.#census.forget(site, event);
    }
    if (expired.length > 0) {
      if (this.#census.hasChanges()) this.#seenAtMs ??= this.#now() + SEEN_DELAY_MS;
      if (this.#rankAtMs !== undefined) this.#rankAtMs = this.#now();
      this.#scrubAtMs ??= this.#now() + SEEN_DELAY_MS;
    }
    if (last !== undefined) return { bucket: bucketOfId(last.id), id: last.id };
    return stretch.beforeBucket < BUCKETS ? { bucket: stretch.beforeBucket, id: 0 } : undefined;
  }

  /** Waits for whoever reads to be done. */
  async #scrub(): Promise<boolean> {
    const nowMs = this.#now();
    if (this.#scrubAtMs === undefined || this.#scrubAtMs > nowMs) return false;
    this.#scrubAtMs = nowMs + TROUBLE_DELAY_MS;
    return await this.#ownWork(async () => {
      if (await this.#ports.store.scrub()) this.#scrubAtMs = undefined;
    });
  }

  async #saveSeenInTime(): Promise<boolean> {
    if (this.#seenAtMs === undefined || this.#seenAtMs > this.#now()) return false;
    return await this.#ownWork(() => this.#saveSeen());
  }

  async #saveSeen(): Promise<void> {
    const rows = this.#census.takeChanges();
    try {
      await this.#ports.seen.save(rows);
      this.#seenAtMs = undefined;
    } catch (error) {
      this.#census.putBack(rows);
      throw error;
    }
  }

  /** Work that nobody waits for: when it fails it is reported and tried again later. */
  async #ownWork(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#ports.report(error);
      const againAtMs = this.#ports.clock() + TROUBLE_DELAY_MS;
      this.#expireAtMs = Math.max(this.#expireAtMs, againAtMs);
      if (this.#seenAtMs !== undefined) this.#seenAtMs = againAtMs;
      if (this.#rankAtMs !== undefined) this.#rankAtMs = Math.max(this.#rankAtMs, againAtMs);
      if (this.#nextDueMs !== undefined) this.#nextDueMs = Math.max(this.#nextDueMs, againAtMs);
      return false;
    }
  }

  /**
   * Runs some work in a transaction, in which also stands to whom is sent what others are told of it:
   * either all of this is on disk or nothing is. The stream hears of it afterwards.
   *
   * @param committed - What comes before that.
   */
  async #tx<T>(
    work: (unit: UnitOfWork, tell: Tell) => Promise<T>,
    committed: (result: T) => void = () => {},
  ): Promise<T> {
    const { result, messages, deliveries, tick, nextDueMs } = await this.#ports.store.tx(
      async (unit) => {
        const messages: OutboxRow[] = [];
        const tell: Tell = (outbox) => messages.push(...outbox);
        let tick = 0;
        const save: UnitOfWork['save'] = async (changes) => {
          await unit.save(changes);
          tell(changes.outbox);
          tick = Math.max(tick, changes.tick);
        };
        const result = await work({ ...unit, save }, tell);
        const deliveries = await fanOut(this.#turn(unit.outgoing), messages);
        return { result, messages, deliveries, tick, nextDueMs: await unit.nextDueMs() };
      },
    );
    this.#nextDueMs = nextDueMs;
    committed(result);
    if (tick > 0) this.#ports.mark?.(tick);
    if (messages.length > 0) this.#ports.deliver(messages);
    if (deliveries > 0) this.#ports.due();
    return result;
  }

  #turn(unit: Turn['unit']): Turn {
    return { unit, nowMs: this.#now(), newId: this.#ids.next, tick: this.#ids.tick };
  }

  #ledger(nowMs: number): LedgerPorts {
    return {
      planOf: (site) => this.#planOf(site),
      emailOf: (site, event) => (this.#byEmail.has(site) ? emailOf(event) : undefined),
      newId: this.#ids.next,
      tick: this.#ids.tick,
      nowMs,
      idsMax: this.#ports.idsMax ?? IDS_PER_PROFILE_MAX,
    };
  }

  #planOf(site: number): Plan {
    const plan = this.#plans.get(site);
    if (plan === undefined) throw new Error(`Invariant broken: site ${site} exists`);
    return plan;
  }

  /** Who asks was known when the request came, so this is met by requests of that very moment alone. */
  #expectPresent(site: number): void {
    if (this.#removed.has(site)) throw new Error(`Site ${site} was removed meanwhile`);
  }

  async #reload(): Promise<void> {
    for (const {
      site,
      segments,
      scores,
      revision,
      timeZone,
      identifiesByEmail,
      building,
    } of await this.#ports.definitions.load()) {
      if (identifiesByEmail) this.#byEmail.add(site);
      else this.#byEmail.delete(site);
      if (this.#plans.get(site)?.revision === revision) continue;
      this.#plans.set(site, compilePlan(segments, revision, timeZone, scores));
      if (building) this.#backfills.set(site, 0);
      // What was begun with the definitions of before is not gone on with.
      this.#ranking = undefined;
      this.#rankAtMs = this.#now();
    }
    const plans = [...this.#plans.values()];
    if (!plans.some(ranksPeople)) this.#rankAtMs = undefined;
  }

  /** The writer's time never goes back, whatever the wall clock does. */
  #now(atLeastMs = 0): number {
    this.#nowMs = Math.max(this.#nowMs, this.#ports.clock(), atLeastMs);
    return this.#nowMs;
  }
}

/** What was rejected is written, too. */
function sizeOf({ events, rejected }: WriteRequest): number {
  return events.length + rejected.length;
}

function ranksPeople({ segments }: Plan): boolean {
  return [...segments.values()].some(({ ranking }) => ranking !== undefined);
}
