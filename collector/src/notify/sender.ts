import { Webhook } from 'standardwebhooks';
import { publicId } from '../identity/own-id.ts';
import type { Attempt, Outbound, Outgoing } from './outgoing.ts';
import type { Post } from './post.ts';

export interface SenderPorts {
  readonly outgoing: Pick<Outgoing, 'claim' | 'settle'>;
  readonly post: Post;
  readonly clock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly report: (error: unknown) => void;
}

/** Sends what is due, as long as anything is. */
export interface Sender {
  /** There may be something to send. */
  readonly wake: () => void;
  /** Resolves once nothing is under way and nothing is due. */
  readonly idle: () => Promise<void>;
  /** Starts nothing more and lets what is under way finish for a while. */
  readonly close: () => Promise<void>;
}

/** Timers do not notice that the wall clock was moved, so none sleeps longer. */
const SLEEP_MS_MAX = 10_000;
/** After trouble with the database. */
const TROUBLE_DELAY_MS = 1_000;
/** When the collector stops; what has no answer by then is sent again after its next start. */
const CLOSE_MS_MAX = 5_000;

export function createSender(ports: SenderPorts): Sender {
  const sender = new QueueSender(ports);
  return {
    wake: () => sender.wake(),
    idle: () => sender.idle(),
    close: () => sender.close(),
  };
}

class QueueSender {
  readonly #ports: SenderPorts;
  readonly #underWay = new Map<number, number>();
  readonly #attempts = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #claiming: Promise<void> | undefined;
  #askAgain = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  wake(): void {
    if (this.#closed) return;
    if (this.#claiming !== undefined) {
      this.#askAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#claiming = this.#claim()
      .catch((error: unknown) => {
        this.#ports.report(error);
        this.#sleep(TROUBLE_DELAY_MS);
      })
      .finally(() => {
        this.#claiming = undefined;
        if (!this.#askAgain) return;
        this.#askAgain = false;
        this.wake();
      });
  }

  async idle(): Promise<void> {
    while (this.#claiming !== undefined || this.#attempts.size > 0) {
      await Promise.all([this.#claiming, ...this.#attempts]);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const late = setTimeout(() => this.#stop.abort(), CLOSE_MS_MAX);
    await this.idle();
    clearTimeout(late);
  }

  async #claim(): Promise<void> {
    const { outbound, nextMs } = await this.#ports.outgoing.claim(new Map(this.#underWay));
    for (const each of outbound) this.#start(each);
    if (nextMs === undefined) return;
    // What is due and found no room starts when something under way is over.
    const delayMs = nextMs - this.#ports.clock();
    if (delayMs > 0 || this.#attempts.size === 0) this.#sleep(delayMs);
  }

  #sleep(delayMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const sleepMs = Math.min(Math.max(delayMs, 0), SLEEP_MS_MAX);
    this.#timer = setTimeout(() => this.wake(), sleepMs);
  }

  #start(outbound: Outbound): void {
    const { webhook } = outbound;
    this.#count(webhook, 1);
    const attempt = this.#attempt(outbound)
      // It stays claimed for a while and is then sent again.
      .catch(this.#ports.report)
      .finally(() => {
        this.#attempts.delete(attempt);
        this.#count(webhook, -1);
        this.wake();
      });
    this.#attempts.add(attempt);
  }

  async #attempt(outbound: Outbound): Promise<void> {
    const { post, clock, random, outgoing } = this.#ports;
    const { webhook, message, url, payload } = outbound;
    const atMs = clock();
    const request = { url, headers: headersOf(outbound, atMs), body: payload };
    const { status, ...posted } = await post(request, this.#stop.signal);
    // That we stopped it says nothing about the receiver.
    if (this.#stop.signal.aborted && status === undefined) return;
    const durationMs = Math.max(0, clock() - atMs);
    const times = { atMs, durationMs, random: random() };
    const answered = status !== undefined && { status };
    await outgoing.settle({ webhook, message, ...times, ...posted, ...answered } satisfies Attempt);
  }

  #count(webhook: number, by: number): void {
    const count = (this.#underWay.get(webhook) ?? 0) + by;
    if (count === 0) this.#underWay.delete(webhook);
    else this.#underWay.set(webhook, count);
  }
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function headersOf(
  { message, payload, secrets }: Outbound,
  atMs: number,
): Readonly<Record<string, string>> {
  const id = publicId('msg', message);
  const at = new Date(atMs);
  return {
    'content-type': 'application/json',
    'user-agent': 'Inkling-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, at, payload))
      .join(' '),
  };
}
