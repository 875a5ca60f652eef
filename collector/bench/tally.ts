import { cpuTimeMs } from './cpu-time.ts';

/** What was seen between two instants. */
export interface Measured {
  /** Acknowledged as accepted. */
  readonly events: number;
  readonly measuredMs: number;
  /** From the first byte sent to the last byte received. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the server, all its threads. */
  readonly cpuMs?: number;
}

/** Counts the answers that arrive between two instants, and the server's CPU time between them. */
export class Tally {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #latenciesMs: number[] = [];
  readonly #cpu: Promise<readonly [number | undefined, number | undefined]>;
  #events = 0;

  /** @param pid - Of the server. */
  constructor(startMs: number, endMs: number, pid: number) {
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#cpu = Promise.all([readAt(startMs, pid), readAt(endMs, pid)]);
  }

  add(sentMs: number, receivedMs: number, events: number): void {
    if (receivedMs < this.#startMs || receivedMs >= this.#endMs) return;
    this.#latenciesMs.push(receivedMs - sentMs);
    this.#events += events;
  }

  /** Resolves when the second instant has passed. */
  async result(): Promise<Measured> {
    const [before, after] = await this.#cpu;
    const sorted = Float64Array.from(this.#latenciesMs).sort();
    return {
      events: this.#events,
      measuredMs: this.#endMs - this.#startMs,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
      maxMs: sorted.at(-1) ?? Number.NaN,
      ...(before !== undefined && after !== undefined && { cpuMs: after - before }),
    };
  }
}

/** `NaN` of nothing. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
}

function readAt(instantMs: number, pid: number): Promise<number | undefined> {
  const delayMs = Math.max(0, instantMs - performance.now());
  return new Promise((resolve) => setTimeout(() => resolve(cpuTimeMs(pid)), delayMs));
}
