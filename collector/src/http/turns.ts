/**
 * Shares out the turns of the event loop. After a commit all senders that waited for it send again at
 * once; were all they sent taken in one turn, timers and everybody else would wait for the whole of it.
 */
export interface Turns {
  /**
   * Waits for a turn with room for a body of so many bytes; none is too large for a turn of its own.
   *
   * @returns `false` at once where too much waits already.
   */
  readonly wait: (bytes: number) => Promise<boolean>;
}

export interface TurnLimits {
  /** What is parsed and looked through in one turn: about two milliseconds of work. */
  readonly bytesPerTurn: number;
  /** Bodies that wait in memory, all together. */
  readonly bytesWaiting: number;
}

export const TURN_LIMITS: TurnLimits = { bytesPerTurn: 2 ** 15, bytesWaiting: 2 ** 25 };

export function createTurns({ bytesPerTurn, bytesWaiting }: TurnLimits = TURN_LIMITS): Turns {
  const waiting: { readonly bytes: number; readonly go: (goes: true) => void }[] = [];
  let waitingBytes = 0;
  /** What was taken in this turn; a turn that took nothing has room for anything. */
  let takenBytes = 0;
  const hasRoom = (bytes: number) => takenBytes === 0 || takenBytes + bytes <= bytesPerTurn;
  const take = (bytes: number) => {
    if (takenBytes === 0) setImmediate(begin);
    takenBytes += Math.max(1, bytes);
  };
  const begin = () => {
    takenBytes = 0;
    for (let [next] = waiting; next !== undefined && hasRoom(next.bytes); [next] = waiting) {
      waiting.shift();
      waitingBytes -= next.bytes;
      take(next.bytes);
      next.go(true);
    }
  };
  return {
    wait: async (bytes) => {
      if (waiting.length === 0 && hasRoom(bytes)) {
        take(bytes);
        return true;
      }
      if (waitingBytes + bytes > bytesWaiting) return false;
      waitingBytes += bytes;
      return await new Promise((go) => waiting.push({ bytes, go }));
    },
  };
}
