/**
 * Is loaded into every thread of a collector by `node --import`. Its writer's thread stands still for
 * as long as the file is there that `BLOCK_WRITER` names; a real one does so on a disk that hangs.
 */
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const LOOK_MS = 5;
const file = process.env.BLOCK_WRITER;

if (!isMainThread && file !== undefined) {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  const standStill = () => {
    while (existsSync(file)) Atomics.wait(nobody, 0, 0, LOOK_MS);
  };
  setInterval(standStill, LOOK_MS).unref();
}
